import { expect, test } from "vitest";
import { failures } from "../../../src/ui/reading/failures.ts";
import { makeGraph } from "../../core/makeGraph.ts";
import { script, simulate, startOf } from "../../core/simulate.ts";

test("what failed by itself says why, and of a map how much of it did; what only needed it says nothing", () => {
  const graph = makeGraph({
    list: [],
    each: { task: "each", map: ["list"] },
    fetch: [],
    clean: ["fetch"],
  });
  const { state } = simulate(startOf(graph), {
    functions: { list: () => [1, 2, 3] },
    script: script({
      fetch: { ends: "fail", message: "the host does not answer" },
      "each[1]": { ends: "fail", message: "no number" },
    }),
  });
  expect(failures(state, 5)).toEqual([
    "each: 1 of 3 failed.",
    "fetch: the host does not answer",
  ]);
  expect(failures(state, 1)).toHaveLength(1);
});
