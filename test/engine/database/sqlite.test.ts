import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { pagesOf } from "../../../src/core/pages.ts";
import type { OpenFile } from "../../../src/engine/database/databaseFile.ts";
import { readAll } from "../../../src/engine/database/execute.ts";
import type { LentParts } from "../../../src/engine/database/pageFile.ts";
import { findMismatch } from "../../../src/engine/database/selfTest.ts";
import {
  openSqlite,
  openSqliteComparing,
  type Connection,
  type Sqlite,
} from "../../../src/engine/database/sqlite.ts";
import { loadModule } from "../../../src/engine/database/sqliteModule.ts";

const wasm = readFileSync(
  createRequire(import.meta.url).resolve("sql.js/dist/sql-wasm.wasm"),
);

function bytesOf(file: OpenFile): Uint8Array {
  const lent = file.lend();
  const bytes = Buffer.concat(lent.parts);
  lent.giveBack();
  return new Uint8Array(bytes);
}

function open(sqlite: Sqlite, bytes?: Uint8Array): OpenFile {
  const file = sqlite.connect(bytes && pagesOf(bytes));
  onTestFinished(() => file.close());
  return file;
}

function rowsOf(connection: Connection, sql: string): unknown[][] {
  return readAll(connection, sql);
}

test("the SQLite that we ship keeps its files in our memory", async () => {
  expect((await openSqlite(wasm)).mismatch).toBeUndefined();
});

test("a SQLite that keeps its bytes elsewhere is found out, and files are compared instead", async () => {
  const { module } = await loadModule(wasm);
  expect(findMismatch(() => new module.Database())).toMatch(/after a load/);
  expect((await openSqliteComparing(wasm)).mismatch).toBeDefined();
});

describe.each([
  ["in our memory", openSqlite],
  ["by comparing exports", openSqliteComparing],
])("a file that is kept %s", (_, openWay) => {
  test("has what was committed, and changes are told until they are saved", async () => {
    const sqlite = await openWay(wasm);
    const file = open(sqlite);
    file.writer.run("CREATE TABLE t (x)");
    expect(file.hasChanged()).toBe(true);
    let changed: readonly number[] | undefined;
    await file.save((pages) => {
      changed = pages?.changedPages();
      return Promise.resolve();
    });
    expect(changed).toEqual([0, 1]);
    expect(file.hasChanged()).toBe(false);
    file.writer.run("BEGIN; INSERT INTO t VALUES (1)");
    expect(file.hasChanged()).toBe(false);
    expect(rowsOf(file.reader, "SELECT x FROM t")).toEqual([]);
    file.writer.run("COMMIT");
    expect(file.hasChanged()).toBe(true);
    await file.save(() => Promise.resolve());

    const other = open(sqlite, bytesOf(file));
    expect(rowsOf(other.reader, "SELECT x FROM t")).toEqual([[1]]);
  });

  test("is again what it was when a save is taken back, also for what is written next", async () => {
    const file = open(await openWay(wasm));
    file.writer.run("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
    file.hasChanged();
    await file.save(() => Promise.resolve());
    const before = bytesOf(file);
    file.writer.run("UPDATE t SET x = 2; CREATE TABLE u (y)");
    expect(rowsOf(file.writer, "SELECT x FROM t")).toEqual([[2]]);
    file.hasChanged();
    file.revert();
    expect(file.hasChanged()).toBe(false);
    expect(bytesOf(file)).toEqual(before);
    file.writer.run("INSERT INTO t VALUES (3)");
    file.hasChanged();
    await file.save(() => Promise.resolve());
    expect(rowsOf(file.reader, "SELECT x FROM t")).toEqual([[1], [3]]);
    expect(rowsOf(file.writer, "SELECT x FROM t")).toEqual([[1], [3]]);
  });

  test("can be replaced by another of any page size, and back", async () => {
    const sqlite = await openWay(wasm);
    const other = open(sqlite);
    other.writer.run(
      "PRAGMA page_size = 1024; PRAGMA encoding = 'UTF-16le'; CREATE TABLE o (x); INSERT INTO o VALUES ('ü')",
    );
    await other.save(() => Promise.resolve());
    const file = open(sqlite);
    file.writer.run("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
    file.hasChanged();
    await file.save(() => Promise.resolve());

    file.replace(pagesOf(bytesOf(other)));
    expect(rowsOf(file.reader, "SELECT x FROM o")).toEqual([["ü"]]);
    expect(file.hasChanged()).toBe(true);
    file.revert();
    expect(rowsOf(file.reader, "SELECT x FROM t")).toEqual([[1]]);
    file.replace(pagesOf(bytesOf(other)));
    file.hasChanged();
    await file.save(() => Promise.resolve());
    file.writer.run("INSERT INTO o VALUES ('é')");
    await file.save(() => Promise.resolve());
    expect(rowsOf(file.reader, "SELECT count(*) FROM o")).toEqual([[2]]);
  });

  test("is at all times the file that SQLite exports, and what was lent of it stays as it was", async () => {
    const sqlite = await openWay(wasm);
    const statement = fc.oneof(
      fc
        .integer({ min: 1, max: 600 })
        .map(
          (rows) =>
            `INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) SELECT i, hex(randomblob(60)) FROM n`,
        ),
      fc.constant("UPDATE t SET b = 'new' WHERE a % 50 = 0"),
      fc.constant("DELETE FROM t WHERE a % 3 = 0"),
      fc.constant("DELETE FROM t"),
      fc.constant("VACUUM"),
      fc.constant("BEGIN; UPDATE t SET a = a + 1; ROLLBACK"),
    );
    const action = fc.tuple(
      statement,
      fc.constantFrom("save", "revert", "wait"),
      fc.constantFrom("lend", "give back", "neither"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 12 }), async (actions) => {
        const file = sqlite.connect();
        let lent: { parts: LentParts; bytes: Buffer } | undefined;
        const giveBack = () => {
          if (lent)
            expect(lent.bytes.equals(Buffer.concat(lent.parts.parts))).toBe(
              true,
            );
          lent?.parts.giveBack();
          lent = undefined;
        };
        try {
          file.writer.run("CREATE TABLE t (a, b); CREATE INDEX b ON t (b)");
          file.hasChanged();
          await file.save(() => Promise.resolve());
          for (const [sql, then, also] of actions) {
            if (also !== "neither") giveBack();
            if (also === "lend") {
              const parts = file.lend();
              lent = { parts, bytes: Buffer.concat(parts.parts) };
            }
            file.writer.run(sql);
            file.hasChanged();
            if (then === "save") await file.save(() => Promise.resolve());
            if (then === "revert") file.revert();
          }
          giveBack();
          await file.save(() => Promise.resolve());
          const kept = sqlite.connect(pagesOf(bytesOf(file)));
          try {
            const all = "SELECT a, b FROM t ORDER BY rowid";
            expect(rowsOf(kept.reader, all)).toEqual(rowsOf(file.writer, all));
            expect(rowsOf(kept.reader, "PRAGMA integrity_check")).toEqual([
              ["ok"],
            ]);
          } finally {
            kept.close();
          }
        } finally {
          file.close();
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe("a transaction that puts its pages into the file before it ends", () => {
  const statement = fc.oneof(
    fc
      .integer({ min: 1, max: 400 })
      .map(
        (rows) =>
          `INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) SELECT i, hex(randomblob(200)) FROM n`,
      ),
    fc.constantFrom(
      "UPDATE t SET b = 'new' || a WHERE a % 5 = 0",
      "DELETE FROM t WHERE a % 3 = 0",
      "DELETE FROM t",
      "SAVEPOINT s; UPDATE t SET b = hex(randomblob(150)); ROLLBACK TO s; RELEASE s",
      "DROP INDEX IF EXISTS b; CREATE INDEX b ON t (b)",
    ),
  );
  const all = "SELECT a, b FROM t ORDER BY rowid";

  async function openSmall(): Promise<OpenFile> {
    const file = (await openSqlite(wasm)).connect();
    file.writer.run("PRAGMA cache_spill = 1; PRAGMA cache_size = 5");
    file.writer.run("CREATE TABLE t (a, b); CREATE INDEX b ON t (b)");
    await file.save(() => Promise.resolve());
    return file;
  }

  test("is seen by nobody else before it is saved, and can be taken back, whatever it does", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.array(statement, { minLength: 1, maxLength: 5 }),
            fc.constantFrom("save", "roll back", "fail to save"),
          ),
          { maxLength: 6 },
        ),
        async (transactions) => {
          const file = await openSmall();
          try {
            for (const [statements, then] of transactions) {
              const saved = bytesOf(file);
              const rows = rowsOf(file.reader, all);
              file.writer.run("BEGIN IMMEDIATE");
              for (const sql of statements) {
                file.writer.run(sql);
                expect(Buffer.compare(bytesOf(file), saved)).toBe(0);
                expect(rowsOf(file.reader, all)).toEqual(rows);
              }
              const written = rowsOf(file.writer, all);
              if (then === "roll back") {
                file.writer.run("ROLLBACK");
                file.rolledBack();
                expect(file.hasChanged()).toBe(false);
              } else if (then === "save")
                await file.commit(() => Promise.resolve());
              else {
                await expect(
                  file.commit(() => Promise.reject(new Error("full"))),
                ).rejects.toThrow("full");
                file.revert();
              }
              const now = then === "save" ? written : rows;
              expect(rowsOf(file.writer, all)).toEqual(now);
              expect(rowsOf(file.reader, all)).toEqual(now);
              if (then !== "save")
                expect(Buffer.compare(bytesOf(file), saved)).toBe(0);
            }
            expect(rowsOf(file.reader, "PRAGMA integrity_check")).toEqual([
              ["ok"],
            ]);
          } finally {
            file.close();
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test("has put most of a load into the file when the load ends", async () => {
    const file = await openSmall();
    onTestFinished(() => file.close());
    file.writer.run("BEGIN IMMEDIATE");
    file.writer.run(
      "INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i, zeroblob(500) FROM n",
    );
    const lent = file.lendUnsaved();
    const size = lent.parts.reduce((sum, { length }) => sum + length, 0);
    lent.giveBack();
    expect(size).toBeGreaterThan(2_500_000);
    expect(bytesOf(file).length).toBeLessThan(50_000);
  });
});
