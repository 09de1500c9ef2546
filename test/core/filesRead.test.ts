import { expect, test } from "vitest";
import { taskKeys } from "../../src/core/keys.ts";
import { planResume } from "../../src/core/plan.ts";
import { makeGraph } from "./makeGraph.ts";
import { simulate, startOf } from "./simulate.ts";

test("a map that was taken from another run and is kept in part still knows of what it was made", () => {
  const graph = makeGraph({ list: [], read: { map: ["list"] } });
  const keys = taskKeys(graph, {}, {});
  const files = { "a.csv": "old" };
  const first = simulate(
    startOf(graph, {
      keys,
      reused: [{ node: "read", run: "before", shape: 2, files }],
    }),
    { functions: { list: () => [1, 2] } },
  );
  expect(first.state.tasks.get("read")!.files).toEqual(files);
  const run = simulate(
    {
      type: "run-resumed",
      at: first.scheduler.now + 1000,
      graph,
      keys,
      parameters: {},
      kept: [
        { node: "list", from: "list" },
        { node: "read", from: "read", leaves: [0] },
      ],
    },
    { from: first },
  );
  expect(run.started).toEqual(["read[1]#1"]);
  const plan = (hash: string) =>
    planResume(graph, keys, run.state, { files: [{ name: "a.csv", hash }] })
      .items[1];
  expect(plan("old")).toMatchObject({ action: "reuse" });
  expect(plan("new")).toMatchObject({
    why: "runs: a.csv is another file now",
  });
});
