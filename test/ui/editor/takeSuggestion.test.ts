import { expect, test } from "vitest";
import { positionAt } from "../../../src/notebook/compile/position.ts";
import type { Diagnostic } from "../../../src/notebook/document.ts";
import { suggestionAt } from "../../../src/ui/editor/takeSuggestion.ts";

const source = "readCvs(); readJsno();\nlenght";

function problem(written: string, instead: string | undefined): Diagnostic {
  const from = source.indexOf(written);
  return {
    cell: "a",
    severity: "error",
    code: "unknown-name",
    message: "",
    ...positionAt(source, from),
    from,
    to: from + written.length,
    instead,
  };
}

const csv = problem("readCvs", "readCsv");
const json = problem("readJsno", "readJson");
const unknown = problem("lenght", undefined);

test("what was meant is taken from the problem that is nearest to the cursor", () => {
  const at = (cursor: number) =>
    suggestionAt([csv, json, unknown], source, cursor)?.instead;
  expect([at(0), at(8), at(14), at(21)]).toEqual([
    "readCsv",
    "readCsv",
    "readJson",
    "readJson",
  ]);
});

test("in a line where nothing is known, the only one of the cell is taken, and none of several", () => {
  const end = source.length;
  expect(suggestionAt([csv, unknown], source, end)).toBe(csv);
  expect(suggestionAt([csv, unknown], source, undefined)).toBe(csv);
  expect(suggestionAt([csv, json], source, end)).toBeUndefined();
  expect(suggestionAt([unknown], source, end)).toBeUndefined();
});
