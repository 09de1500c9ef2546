import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, onTestFinished, test } from "vitest";
import { query } from "../../src/engine/database/execute.ts";
import {
  openSqlite,
  openSqliteComparing,
  type Connection,
} from "../../src/engine/database/sqlite.ts";
import { loadDriver } from "../../src/node/driver.ts";
import { sqlFunctions } from "../engine/database/sqlFunctions.ts";

const wasm = readFileSync(
  createRequire(import.meta.url).resolve("sql.js/dist/sql-wasm.wasm"),
);

async function inPage(
  open: typeof openSqlite,
  which: "reader" | "writer",
): Promise<Connection> {
  const file = (await open(wasm)).connect();
  onTestFinished(() => file.close());
  return file[which];
}

function inNode(): Connection {
  const connection = loadDriver().open(":memory:");
  onTestFinished(() => connection.close());
  return connection;
}

const places: [string, () => Connection | Promise<Connection>][] = [
  ["what writes in the page", () => inPage(openSqlite, "writer")],
  ["what reads in the page", () => inPage(openSqlite, "reader")],
  ["the page by comparing", () => inPage(openSqliteComparing, "reader")],
  ["Node", inNode],
];

describe.each(places)("in %s", (_, open) => {
  test.each(sqlFunctions)("SQL gives %s as %j", async (expression, value) => {
    const { rows } = query(await open(), `SELECT ${expression} AS x`);
    expect(rows).toEqual([{ x: value }]);
  });

  test("an aggregate of each group has its own values", async () => {
    const sql =
      "SELECT column1 AS g, median(column2) AS m FROM (VALUES ('a', 1), ('b', 10), ('a', 3)) GROUP BY 1";
    expect(query(await open(), sql).rows).toEqual([
      { g: "a", m: 2 },
      { g: "b", m: 10 },
    ]);
  });

  test("an aggregate of text fails with its name", async () => {
    const connection = await open();
    expect(() => query(connection, "SELECT stdev('a') AS x")).toThrow(
      "input to stdev() is not numeric",
    );
  });
});
