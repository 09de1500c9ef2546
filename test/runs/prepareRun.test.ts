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
