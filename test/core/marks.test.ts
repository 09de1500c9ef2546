import { expect, test } from "vitest";
import { taskKeys } from "../../src/core/keys.ts";
import { planResume } from "../../src/core/plan.ts";
import { step } from "../../src/core/scheduler.ts";
import { makeGraph } from "./makeGraph.ts";
import { look, script, simulate, startOf } from "./simulate.ts";

const graph = makeGraph({
  source: [],
  half: { map: ["source"] },
  more: { map: ["half"] },
  all: ["more"],
});

test("a map is expanded anew over a list that was given by hand after it, whatever of it was given before", () => {
  const first = simulate(startOf(graph), {
    functions: { source: () => [1, 2, 3] },
    script: script({ "half[1]": { ends: "fail" } }),
  });
  const { scheduler } = first;
  const mark = (at: number, id: string, path: number[] = []) => {
    const task = look(scheduler).numberOf(id, path)!;
    step(scheduler, { type: "task-marked", at, task, size: 1 });
  };
  mark(10_000, "half", [1]);
  mark(11_000, "source");
  const last = look(scheduler);
  first.results.set(`run-1 ${last.tasks.get("source")!.key}`, [5, 6, 7, 8]);
  const plan = planResume(graph, taskKeys(graph, {}, {}), last);
  expect(plan.kept.map(({ node }) => node)).toEqual(["source"]);
  const second = simulate(
    { type: "run-resumed", at: 12_000, graph, parameters: {}, ...plan },
    { from: first },
  );
  expect(second.state.state).toBe("Success");
  expect(second.state.tasks.get("half")!.children!.count).toBe(4);
  expect(second.state.tasks.get("more")!.children!.count).toBe(4);
  // From now on they are its own.
  const again = planResume(graph, taskKeys(graph, {}, {}), second.state);
  expect(again.items.map(({ action }) => action)).not.toContain("run");
});
