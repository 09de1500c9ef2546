/** What the declarations promise in corners that few flows come to. */
import { expect, test } from "vitest";
import type { RunReport } from "../../../src/core/report.ts";
import { openFlows } from "./world.ts";

const tasks = `
  const boom = task((..._: unknown[]): any => { throw new Error("boom") })
  const none = task((..._: unknown[]): any => { throw skip("none") })
  const id = task((x: any): any => x)
  const lenient = task((x: any) => String(x), { trigger: triggers.allFinished, skipOnUpstreamSkip: false })
`;

/** By id, how a task ended, or what it returned; of a map each of its elements. */
function look({ tasks }: RunReport): Record<string, unknown> {
  const show = ({ state, result }: { state: string; result?: unknown }) =>
    state === "Success" || state === "Cached" ? result : state;
  return Object.fromEntries(
    tasks.map((task) => [
      task.id,
      task.children ? task.children.map(show) : show(task),
    ]),
  );
}

test("a failed or skipped input reaches a task in a sub-flow, or behind flatten, as it is", async () => {
  const flows = await openFlows(`${tasks}
    const inverse = task((x: number) => { if (x === 2) throw new Error("two"); return { x } })
    const num = flow("Num", ({ x }) => lenient(x), { parameters: { x: 5 } })
    flow("F", () => {
      num({ x: boom() })
      num({ x: none() })
      num(boom() as any)
      num.map(inverse.map([1, 2]))
      lenient(flatten(boom()))
      lenient(flatten(none()))
    })`);
  expect(look(await flows.run({ flow: "F" }))).toMatchObject({
    "Num-1/lenient-1": "Error: boom",
    "Num-2/lenient-1": "null",
    "Num-3/lenient-1": "Error: boom",
    "Num-4/lenient-1": ["1", "Error: two"],
    "lenient-1": "Error: boom",
    "lenient-2": "null",
  });
});
