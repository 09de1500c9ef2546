import { expect, test } from "vitest";
import type { Program } from "../../src/notebook/compile/program.ts";
import { prepareRun } from "../../src/runs/prepareRun.ts";
import { makeGraph } from "../core/makeGraph.ts";

const program = { versions: {}, usesContext: [] } as unknown as Program;
const graph = { ...makeGraph({ a: [] }), flow: "F" };

test.each([
  [7, "7"],
  ["IAD", '"IAD"'],
  [["IAD"], '["IAD"]'],
  [null, "null"],
])("parameters that are no object are refused: %j", (given, shown) => {
  const parameters = given as unknown as Record<string, unknown>;
  expect(() => prepareRun(program, graph, parameters)).toThrow(
    `The parameters of F are an object of names and values, such as { airport: "IAD" }, not ${shown}.`,
  );
});

test("without parameters a flow has its defaults", () => {
  expect(prepareRun(program, graph).parameters).toEqual({});
});

test("what was prepared is there again for the same text and values, and for no others", () => {
  const parameter = { name: "n", type: "number" as const, default: 1 };
  const list = { name: "list", type: "json" as const, default: [1] };
  const nodeOf = (of: object, name: string) =>
    ({ kind: "parameter", id: name, name, parameter: of }) as never;
  const own = { ...graph, nodes: [...graph.nodes, nodeOf(parameter, "n")] };
  const first = prepareRun(program, own, { n: 1 });
  expect(prepareRun(program, own).keys).toBe(first.keys);
  const second = prepareRun(program, own, { n: 2 });
  expect(second.parameters).toEqual({ n: 2 });
  expect(second.keys).not.toEqual(first.keys);
  const edited = { ...program, versions: { a: "2" } };
  expect(prepareRun(edited, own, { n: 2 }).keys).not.toEqual(second.keys);
  // A list may have been changed where it is.
  const listed = { ...own, nodes: [...own.nodes, nodeOf(list, "list")] };
  const values = { list: [1, 2] };
  const before = prepareRun(program, listed, values);
  values.list.push(3);
  const after = prepareRun(program, listed, values);
  expect(after.keys).not.toEqual(before.keys);
});
