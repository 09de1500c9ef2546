import { sql, SQLite } from "@codemirror/lang-sql";
import { EditorState } from "@codemirror/state";
import { expect, test } from "vitest";
import { isInValue } from "../../../src/ui/editor/queryValues.ts";

/** Whether the place of the bar in a query is in a value. */
function isIn(query: string): boolean {
  const at = query.indexOf("‸");
  const doc = query.replace("‸", "");
  const extensions = [sql({ dialect: SQLite })];
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
])("a place in a value is one: %s", (query) => {
  expect(isIn(query)).toBe(true);
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
])("a place in the query itself is none: %s", (query) => {
  expect(isIn(query)).toBe(false);
});
