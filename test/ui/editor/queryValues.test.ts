import { EditorState } from "@codemirror/state";
import { expect, test } from "vitest";
import { query } from "../../../src/ui/editor/queryLanguage.ts";
import { isInValue } from "../../../src/ui/editor/queryValues.ts";

/** Whether the place of the bar in a query is in a value. */
function isIn(text: string): boolean {
  const at = text.indexOf("‸");
  const doc = text.replace("‸", "");
  const extensions = [query()];
  return isInValue(EditorState.create({ doc, extensions }), at);
}

test.each([
  "SELECT ${‸}",
  "SELECT ${‸a}, ${b}",
  "SELECT ${a‸}",
  "SELECT ${a}, ${b.‸}",
  "SELECT ${({ a: 1 }).‸}",
  "SELECT ${f({ a‸: 1 })}",
  "SELECT count(*) FROM t WHERE a IN (${list‸})",
  "SELECT ${a‸",
])("a place in a value is one: %s", (text) => {
  expect(isIn(text)).toBe(true);
});

test.each([
  "SEL‸ECT ${a}",
  "SELECT ‸${a}",
  "SELECT $‸{a}",
  "SELECT ${a}‸",
  "SELECT ${a}, ‸ FROM t",
  "SELECT ${a}, n‸ FROM ${b}",
  "SELECT '${a‸}'",
  "SELECT 1 -- ${a‸}",
])("a place in the query itself is none: %s", (text) => {
  expect(isIn(text)).toBe(false);
});
