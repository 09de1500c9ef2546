import {
  CompletionContext,
  type CompletionSource,
} from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { expect, test } from "vitest";
import {
  derivedTables,
  withViewColumns,
} from "../../../src/ui/editor/derivedTables.ts";
import { query } from "../../../src/ui/editor/queryLanguage.ts";
import {
  completeColumns,
  completeKeywords,
  completeTables,
} from "../../../src/ui/editor/sqlCompletion.ts";
import type { Surroundings } from "../../../src/ui/editor/surroundings.ts";

const tables = [
  {
    name: "flight",
    columns: [
      { name: "airline", type: "TEXT" },
      { name: "delay", type: "REAL" },
    ],
  },
];
const surroundings = { tables: () => tables } as unknown as Surroundings;

/** What a source offers where the bar stands, or where the text ends. */
async function offered(
  source: CompletionSource,
  text: string,
): Promise<string[]> {
  const bar = text.indexOf("|");
  const at = bar < 0 ? text.length : bar;
  const doc = text.replace("|", "");
  const state = EditorState.create({ doc, extensions: query() });
  const found = await source(new CompletionContext(state, at, false));
  return found?.options.map(({ label }) => label) ?? [];
}

test.each([
  [
    "WITH f AS (SELECT airline, avg(delay) AS mean FROM flight) SELECT 1",
    "f: airline TEXT, mean",
  ],
  ['WITH f(a, "b c") AS (SELECT 1, 2) SELECT 1', "f: a, b c"],
  [
    "WITH f AS (SELECT * FROM flight), g AS (SELECT f.*, 1 one FROM f) SELECT 1",
    "f: airline TEXT, delay REAL; g: airline TEXT, delay REAL, one",
  ],
  [
    'SELECT * FROM (SELECT x.airline, max(delay, 0) "the most", 1 + 2 FROM flight x) AS s WHERE 1',
    "s: airline TEXT, the most",
  ],
  [
    "SELECT * FROM (SELECT DISTINCT delay FROM flight) s JOIN (SELECT 'a, (b' AS c) t ON 1",
    "s: delay REAL; t: c",
  ],
  [
    "SELECT * FROM flight WHERE delay IN (SELECT max(delay) FROM flight) ORDER BY 1",
    "",
  ],
  ["WITH f AS (SELECT airline FROM flight", ""],
])("of its own tables %s has %s", (text, expected) => {
  const found = derivedTables(text, tables).map(
    ({ name, columns }) =>
      `${name}: ${columns.map((one) => `${one.name} ${one.type}`.trim()).join(", ")}`,
  );
  expect(found.join("; ")).toBe(expected);
});

test("columns of what a query defines itself are completed, by themselves and behind its name", async () => {
  const text = "WITH f AS (SELECT airline, 2 AS two FROM flight) SELECT ";
  const complete = completeTables(surroundings);
  expect(await offered(complete, `${text}f.| FROM f`)).toEqual([
    "airline",
    "two",
  ]);
  expect(await offered(complete, `${text}g.| FROM f AS g`)).toEqual([
    "airline",
    "two",
  ]);
  expect(
    await offered(completeColumns(surroundings), `${text}t| FROM f`),
  ).toContain("two");
});

test("no word of SQL is offered behind a dot", async () => {
  expect(await offered(completeKeywords, "SELECT * FROM flight W")).toContain(
    "WHERE",
  );
  for (const text of ["SELECT f.", "SELECT f.a"])
    expect(await offered(completeKeywords, text)).toEqual([]);
});

test.each([
  [
    "CREATE VIEW late AS SELECT airline, delay / 60 AS hours FROM flight",
    "airline TEXT, hours",
  ],
  ['CREATE TEMP VIEW IF NOT EXISTS late ("a b", c) AS SELECT 1, 2', "a b, c"],
  ["CREATE VIEW late AS WITH f AS (SELECT 1) SELECT * FROM f", ""],
])("of a view %s the columns are %s", (view, expected) => {
  const [, late, later] = withViewColumns([
    ...tables,
    { name: "late", view, columns: [] },
    {
      name: "later",
      view: "CREATE VIEW later AS SELECT * FROM late",
      columns: [],
    },
  ]);
  const told = (columns: typeof late) =>
    columns!.columns.map((one) => `${one.name} ${one.type}`.trim()).join(", ");
  expect(told(late)).toBe(expected);
  expect(told(later)).toBe(expected);
});

test("a column is put in quotes only where SQLite needs them", async () => {
  const names = ["größe", "order", "a b"];
  const columns = names.map((name) => ({ name, type: "TEXT" }));
  const source = completeColumns({
    tables: () => [{ name: "t", columns }],
  } as unknown as Surroundings);
  const state = EditorState.create({
    doc: "SELECT g FROM t",
    extensions: query(),
  });
  const found = await source(new CompletionContext(state, 8, false));
  expect(found?.options.map(({ label, apply }) => apply ?? label)).toEqual([
    "größe",
    '"order"',
    '"a b"',
  ]);
});
