import { expect, test } from "vitest";
import { findWrittenTables } from "../../../src/notebook/compile/writtenTables.ts";
import type { CellKind } from "../../../src/notebook/document.ts";

function written(source: string, kind: CellKind = "ts") {
  return findWrittenTables([{ id: "1", kind, name: "a", source, flags: "" }]);
}

test("a load names its table, also with other options", () => {
  expect(
    written(`flow("A", () => { load("a", rows()); load.with({ name: "x" })("b", rows()) })
const t = task(async () => { await load(\`c\`, []) })`),
  ).toEqual({ names: ["a", "b", "c"], hasOthers: false });
});

test("statements that change tables name them, whatever the quotes", () => {
  const statements = [
    "INSERT INTO a VALUES (1)",
    "insert or replace into main.b values (?)",
    'UPDATE "c d" SET x = 1',
    "DELETE FROM [e]",
    "CREATE TABLE IF NOT EXISTS f (x); DROP TABLE IF EXISTS g",
    "ALTER TABLE h ADD COLUMN y",
    "WITH n AS (SELECT 1) INSERT INTO i SELECT * FROM n",
  ];
  for (const call of ["db.exec", "execSql"])
    expect(
      written(
        statements.map((sql) => `${call}(${JSON.stringify(sql)})`).join("\n"),
      ).names,
    ).toEqual(["a", "b", "c d", "e", "f", "g", "h", "i"]);
  expect(written("await sql`UPDATE a SET x = ${1}`").names).toEqual(["a"]);
});

test("what only reads writes nothing", () => {
  expect(
    written(
      "db.query('SELECT * FROM a'); await sql`SELECT 1`; log('update the list')",
    ),
  ).toEqual({ names: [], hasOthers: false });
  expect(written("DELETE FROM a", "sql").names).toEqual([]);
});

test("names that are only known when it runs are told apart from none", () => {
  const none = { names: [], hasOthers: true };
  expect(written("load(name, [])")).toEqual(none);
  expect(written("load(`t_${n}`, [])")).toEqual(none);
  expect(written("db.exec(text)")).toEqual(none);
  expect(written("db.exec(`DELETE FROM ${name}`)")).toEqual(none);
  expect(written('snapshotTable("a", { keep: 3 })').names).toEqual(["a_…"]);
});

test("a cell that is no TypeScript is passed over", () => {
  expect(written("load('a'")).toEqual({ names: [], hasOthers: false });
});
