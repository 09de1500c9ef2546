import { expect, test } from "vitest";
import { placedNames } from "../../src/pictures/placedNames.ts";
import { makeGraph } from "../ui/runs.ts";

test("a task in a sub-flow is told from one of the same name outside", () => {
  const graph = makeGraph({
    "sub/a": { name: "clean", within: ["sub"] },
    sub: { name: "Sub", needs: ["sub/a"] },
    a: { name: "clean" },
  });
  expect(Object.fromEntries(placedNames(graph))).toEqual({
    "sub/a": "Sub › clean",
    sub: "Sub",
    a: "clean",
  });
});
