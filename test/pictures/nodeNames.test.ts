import { expect, test } from "vitest";
import type { TaskNode, Template } from "../../src/core/graph.ts";
import {
  argumentName,
  elementText,
  nodeNames,
  templateText,
} from "../../src/pictures/nodeNames.ts";
import { caseOf, makeGraph, ref, value } from "../ui/runs.ts";

const names = new Map([["clean-1", "clean"]]);

test.each<[Template, string]>([
  [value("IAD"), '"IAD"'],
  [ref("clean-1"), "clean"],
  [ref("clean-1", "rows", 0, "the id"), 'clean.rows[0]["the id"]'],
  [ref("gone-1"), "gone-1"],
  [{ type: "each", level: 0, of: ref("clean-1"), path: [] }, "each of clean"],
  [{ type: "flatten", of: ref("clean-1"), path: [] }, "clean, flattened"],
  [{ type: "list", items: [ref("clean-1"), value(2)] }, "[clean, 2]"],
  [{ type: "object", entries: [["rows", ref("clean-1")]] }, "{ rows: clean }"],
])("a template says where its value comes from", (template, text) => {
  expect(templateText(template, names)).toBe(text);
});

test("a branch is called by its condition", () => {
  const graph = makeGraph({
    kind: [],
    a: caseOf("kind"),
    b: caseOf("kind", { type: "falsy" }),
    c: caseOf(ref("kind", "format"), { type: "is", name: "csv" }),
    d: caseOf("kind", { type: "other", names: ["csv"] }),
  });
  expect([...nodeNames(graph).values()]).toEqual([
    "kind",
    "if kind",
    "if not kind",
    "if kind.format is csv",
    "otherwise",
  ]);
  expect(nodeNames(graph)).toBe(nodeNames(graph));
});

test("an argument has its function's name for it, else that of the one arrow that brings it", () => {
  const graph = makeGraph({ a: [], b: { needs: ["a"], args: [value(1)] } });
  const node = graph.nodes[1] as TaskNode;
  const drawn = { ...graph, edges: [{ from: "a", to: "b", input: "rows" }] };
  expect(argumentName(drawn, node, 0)).toBe("rows");
  expect(argumentName(drawn, node, 1)).toBe("argument 2");
  expect(argumentName(drawn, { ...node, inputs: ["list", "n"] }, 1)).toBe("n");
});

test("an element is written like an index", () => {
  expect(elementText([3, 0])).toBe("[3][0]");
  expect(elementText([])).toBe("");
});
