import { expect, test } from "vitest";
import { indexGraph } from "../../src/core/graphIndex.ts";
import {
  areOthersCached,
  neededBy,
  runsAgain,
} from "../../src/core/whyAgain.ts";
import { makeGraph } from "./makeGraph.ts";

test("two calls of one name are one name in a reason, and it is said of one", () => {
  const graph = makeGraph({ a: [], b: [], c: [] });
  const nodes = graph.nodes.map((node) =>
    node.id === "c" ? node : { ...node, name: "sub" },
  );
  const index = indexGraph({ ...graph, nodes });
  expect(neededBy(index, [0, 1])).toBe("sub needs it");
  expect(neededBy(index, [0, 1, 2])).toBe("sub and c need it");
  expect(runsAgain(index, [0, 1])).toBe("sub runs again");
  expect(areOthersCached(index, [0, 1])).toBe(
    "the cached result of sub is another than that of the last run",
  );
});
