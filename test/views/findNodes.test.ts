import { expect, test } from "vitest";
import { findNodes } from "../../src/views/graph/findNodes.ts";
import type { GraphModelNode } from "../../src/views/graph/graphModel.ts";

const node = (
  name: string,
  more: Partial<GraphModelNode> = {},
): GraphModelNode => ({
  id: name,
  name,
  kind: "task",
  role: "task",
  state: "Success",
  attempt: 1,
  attempts: 1,
  mapped: false,
  ...more,
});
const nodes = [
  node("airport", { kind: "parameter", state: "Pending" }),
  node("fetchPage", { state: "Failed", message: "404 Not Found" }),
  node("fetchAll"),
  node("load", { stale: "transform has changed" }),
];

test("nodes are found by name, state and message, whatever the case", () => {
  expect(findNodes(nodes, "FETCH")).toEqual(["fetchPage", "fetchAll"]);
  expect(findNodes(nodes, "failed")).toEqual(["fetchPage"]);
  expect(findNodes(nodes, "404")).toEqual(["fetchPage"]);
  expect(findNodes(nodes, "stale")).toEqual(["load"]);
});

test("every word has to fit, and a parameter has no state", () => {
  expect(findNodes(nodes, "fetch success")).toEqual(["fetchAll"]);
  expect(findNodes(nodes, "pending")).toEqual([]);
  expect(findNodes(nodes, "  ")).toEqual([]);
});
