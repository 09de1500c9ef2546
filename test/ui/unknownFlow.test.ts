import { expect, test } from "vitest";
import type { Cell, Diagnostic } from "../../src/notebook/document.ts";
import { unknownFlow } from "../../src/ui/unknownFlow.ts";

const cell = { id: "c1", kind: "ts", name: "work", source: "" } as Cell;
const wrong: Diagnostic = {
  cell: "c1",
  severity: "error",
  code: "cell-syntax",
  message: "`;` expected.",
  line: 2,
  column: 7,
  from: 0,
  to: 1,
};

test("an unknown flow is told with those that there are", () => {
  const flows = [
    { name: "A", cell: "c1" },
    { name: "B", cell: "c1" },
  ];
  const error = unknownFlow("C", flows, [wrong], [cell]);
  expect(error.code).toBe("unknown-flow");
  expect(error.message).toBe('There is no flow "C". This notebook has A, B.');
  expect(unknownFlow("C", [], []).message).toBe(
    'There is no flow "C". This notebook has none.',
  );
});

test("the error of a cell of which no flow is known is told, for it may have the flow", () => {
  expect(unknownFlow("C", [], [wrong], [cell]).message).toBe(
    'There is no flow "C". This notebook has none. A flow of the cell work cannot be seen until its error is mended, at 2:7: `;` expected.',
  );
  expect(unknownFlow(undefined, [], [wrong], [cell]).message).toBe(
    "No flow of this notebook can be seen. A flow of the cell work cannot be seen until its error is mended, at 2:7: `;` expected.",
  );
  const warning: Diagnostic = { ...wrong, severity: "warning" };
  expect(unknownFlow(undefined, [], [warning], [cell]).message).toMatch(
    /^This notebook has no flow\. Write flow\(.*in a cell\.$/,
  );
});
