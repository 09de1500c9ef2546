import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import initSqlJs from "sql.js";
import { beforeAll, expect, test } from "vitest";
import {
  begin,
  readSqlite,
} from "../../../../src/engine/sandbox/kernel/formats/sqlite.ts";
import { sqlFunctions } from "../../database/sqlFunctions.ts";

const wasm = readFileSync(
  createRequire(import.meta.url).resolve("sql.js/dist/sql-wasm.wasm"),
);

beforeAll(() => begin(new Uint8Array(wasm).buffer));

test.each(sqlFunctions)(
  "a query of an SQLite file gives %s as %j, as the database does",
  async (expression, value) => {
    const { Database } = await initSqlJs();
    const made = new Database();
    made.run("CREATE TABLE t (x)");
    const image = made.export();
    made.close();
    expect(
      await readSqlite(image, `SELECT ${expression} AS x`, "a.sqlite"),
    ).toEqual([{ x: value }]);
  },
);
