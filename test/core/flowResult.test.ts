import { expect, test } from "vitest";
import { toReport } from "../../src/core/report.ts";
import { makeGraph, ref } from "./makeGraph.ts";
import { script, simulate, startOf } from "./simulate.ts";

test("a result that is null for its task failed is told, though the flow succeeded", () => {
  const graph = makeGraph(
    { bad: [], good: [] },
    { result: ref("bad"), reference: ["good"] },
  );
  const { state } = simulate(startOf(graph), {
    script: script({ bad: { ends: "fail" } }),
  });
  expect(toReport(state)).toMatchObject({
    state: "Success",
    result: null,
    message:
      "All reference tasks succeeded. The result is null: bad is Failed.",
  });
});
