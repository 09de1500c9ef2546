/**
 * How long row objects take to be in a table, in one thread: as pages, by statements, and with better-sqlite3 where it is installed.
 * Each has a database that goes on to be used, as one in a tab does, and drops the table before each round.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { runInThisContext } from "node:vm";
import {
  openSqlite,
  openSqliteComparing,
} from "../../src/engine/database/sqlite.ts";
import { Encoders } from "../../src/engine/sandbox/kernel/encoders.ts";
import {
  encodeCsv,
  readCsv,
  readCsvOptions,
} from "../../src/engine/sandbox/kernel/formats/csv.ts";
import { toCsv } from "../../src/engine/sandbox/kernel/formats/csvWriter.ts";
import { decodePieces } from "../../src/engine/sandbox/kernel/formats/slices.ts";
import Papa from "papaparse";
import { mixedRows, narrowRows, type BenchRow } from "./loadRows.ts";
import { measure, table, type Contender } from "./measure.ts";
import {
  fillWithGroups,
  fillWithRows,
  inSlices,
  makeTimedLoad,
  type Fill,
} from "./timedLoad.ts";

const require = createRequire(import.meta.url);
const wasm = readFileSync(require.resolve("sql.js/dist/sql-wasm.wasm"));

const encoders = new Encoders((expression) =>
  runInThisContext(`(${expression})`),
);

const timeOf = (go: ReturnType<typeof makeTimedLoad>) => async () =>
  (await go()).time;

const timed = (go: () => void): number => {
  const begun = performance.now();
  go();
  return performance.now() - begun;
};

async function contenders(
  rows: readonly BenchRow[],
  schema = "",
): Promise<Contender[]> {
  const sqlite = await openSqlite(wasm);
  const load = (asPages: boolean) =>
    timeOf(
      makeTimedLoad(sqlite, encoders, fillWithRows(rows), { schema, asPages }),
    );
  const columns = Object.keys(rows[0]!);
  const types = columns.map((name) =>
    rows.every((row) => Number.isInteger(row[name]))
      ? "INTEGER"
      : rows.every((row) => typeof row[name] === "number")
        ? "REAL"
        : "TEXT",
  );
  const create =
    schema ||
    `CREATE TABLE t (${columns.map((name, at) => `${name} ${types[at]}`).join(", ")})`;
  const insert = `INSERT INTO t (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;
  const naive = (await openSqliteComparing(wasm)).create();
  const list: Contender[] = [
    { name: "as pages", go: load(true) },
    { name: "a statement a row, from batches", go: load(false) },
    {
      name: "sql.js, stmt.run a row",
      go() {
        naive.run(`DROP TABLE IF EXISTS t; ${create}`);
        return timed(() => {
          naive.run("BEGIN");
          const statement = naive.prepare(insert);
          for (const row of rows)
            statement.run(columns.map((name) => row[name]!));
          statement.free();
          naive.run("COMMIT");
        });
      },
    },
  ];
  const Native = findNative();
  if (Native) {
    const database = new Native(":memory:");
    list.push({
      name: "better-sqlite3, prepared, in memory",
      go() {
        database.exec(`DROP TABLE IF EXISTS t; ${create}`);
        return timed(() => {
          database.exec("BEGIN");
          const statement = database.prepare(insert);
          for (const row of rows)
            statement.run(columns.map((name) => row[name]));
          database.exec("COMMIT");
        });
      },
    });
  }
  return list;
}

const source = { name: "bench.csv", warn() {} };

/** CSV text to a table: without row objects, with them, and the usual way. */
async function csvContenders(rows: readonly BenchRow[]): Promise<Contender[]> {
  const text = toCsv(rows, {});
  const bytes = new TextEncoder().encode(text);
  const pieces = () => decodePieces(inSlices(bytes));
  const options = readCsvOptions({});
  const sqlite = await openSqlite(wasm);
  const naive = (await openSqliteComparing(wasm)).create();
  // Of a text that looks like a date it would make a Date, which cannot be bound.
  const isNumber = Object.fromEntries(
    Object.keys(rows[0]!).map((name) => [
      name,
      rows.every((row) => typeof row[name] === "number"),
    ]),
  );
  const load = (fill: Fill) => timeOf(makeTimedLoad(sqlite, encoders, fill));
  return [
    {
      name: "load(streamCsv(file))",
      go: load(
        fillWithGroups(() =>
          encodeCsv(
            { isUtf8: true, bytes: () => inSlices(bytes), text: pieces },
            options,
            source,
          ),
        ),
      ),
    },
    {
      name: "load(readCsv(file))",
      go: load(async (batcher, send) => {
        const { rows: read } = await readCsv(pieces(), options, source);
        await fillWithRows(read)(batcher, send);
      }),
    },
    {
      name: "papaparse, stmt.run a row",
      go() {
        naive.run("DROP TABLE IF EXISTS t");
        return timed(() => {
          const { data } = Papa.parse<Record<string, string | number>>(
            new TextDecoder().decode(bytes),
            { header: true, dynamicTyping: isNumber, skipEmptyLines: true },
          );
          const columns = Object.keys(data[0]!);
          naive.run(`BEGIN; CREATE TABLE t (${columns.join(", ")})`);
          const statement = naive.prepare(
            `INSERT INTO t VALUES (${columns.map(() => "?").join(", ")})`,
          );
          for (const row of data)
            statement.run(columns.map((name) => row[name]!));
          statement.free();
          naive.run("COMMIT");
        });
      },
    },
  ];
}

interface NativeDatabase {
  exec(sql: string): void;
  prepare(sql: string): { run(values: unknown[]): void };
  close(): void;
}

// An optional dependency: building it takes minutes where there is no binary for the platform.
function findNative(): (new (name: string) => NativeDatabase) | undefined {
  try {
    return require("better-sqlite3") as new (name: string) => NativeDatabase;
  } catch {
    return undefined;
  }
}

/** Prints how long loads take. */
export async function benchLoad(): Promise<void> {
  const count = 200_000;
  const shapes = { narrow: narrowRows, mixed: mixedRows };
  for (const [name, make] of Object.entries(shapes))
    console.log(
      table(
        `load, ${name}, in one thread`,
        count,
        await measure(await contenders(make(count)), 7),
        "rows",
      ),
    );
  for (const [name, make] of Object.entries(shapes))
    console.log(
      table(
        `CSV, ${name}, to a table, in one thread`,
        count,
        await measure(await csvContenders(make(count)), 5),
        "rows",
      ),
    );
  const mixed = mixedRows(count);
  const columns = Object.keys(mixed[0]!).join(", ");
  const tables = {
    "two indexes": `CREATE TABLE t (${columns}); CREATE INDEX a ON t (origin, dest); CREATE INDEX b ON t (date)`,
    "a unique key": `CREATE TABLE t (${columns}, UNIQUE (id))`,
    "a check": `CREATE TABLE t (${columns}, CHECK (delay < 1000))`,
  };
  for (const [name, schema] of Object.entries(tables))
    console.log(
      table(
        `load, mixed, into a table with ${name}`,
        count,
        await measure(await contenders(mixed, schema), 3),
        "rows",
      ),
    );
  for (const few of [100, 300, 1000, 3000]) {
    const rows = mixed.slice(0, few);
    const [pages, statements] = await contenders(rows);
    console.log(
      table(
        `load, mixed, few rows (with fewer than 1,000 both go by statements)`,
        few,
        await measure([pages!, statements!], 30),
        "rows",
      ),
    );
  }
}
