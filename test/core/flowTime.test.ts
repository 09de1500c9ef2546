import { expect, test } from "vitest";
import { makeGraph, ref, refEach } from "./makeGraph.ts";
import { elementsOf, simulate, startOf } from "./simulate.ts";

test("the timeout of a mapped sub-flow counts from the first of its tasks on, also where the list comes from a task", () => {
  const inside = [[{ input: "parameters", of: ref("list") }]];
  const graph = makeGraph({
    list: [],
    "sub/slow": {
      inside,
      args: [{ type: "each", level: 0, of: ref("list"), path: [] }],
      within: ["sub"],
    },
    sub: {
      inside,
      args: [refEach("sub/slow")],
      waitFor: [{ node: "sub/slow", each: 1 }],
      timeout: 400,
      operator: {
        type: "flow",
        flow: "sub",
        reference: [{ node: "sub/slow", each: 1 }],
        returns: { node: "sub/slow", each: 1 },
      },
    },
  });
  const run = simulate(startOf(graph), {
    functions: { list: () => [1, 2, 3, 4] },
    script: (name) => (name === "list" ? {} : { takes: 1500 }),
  });
  const timers = run.commands.flatMap((command) =>
    command.type === "set-timer" && command.timer === "timeout"
      ? [command.task]
      : [],
  );
  expect(new Set(timers).size).toBe(4);
  expect(elementsOf(run, "sub/slow")).toEqual(Array(4).fill("Cancelled"));
  expect(run.scheduler.flowsBegun.size).toBe(0);
});
