import fc from "fast-check";
import { expect, test } from "vitest";
import { AppendedTable } from "../../../src/engine/database/appendedTable.ts";
import type { OpenFile } from "../../../src/engine/database/databaseFile.ts";
import { TablePages } from "../../../src/engine/database/encode/tablePages.ts";
import { exec, readAll } from "../../../src/engine/database/execute.ts";
import type { SqlValue } from "../../../src/engine/protocol.ts";
import type { CheckedBatch } from "../../../src/engine/records/checkRecords.ts";
import { RecordWriter } from "../../../src/engine/records/recordWriter.ts";
import {
  attach,
  attemptOf,
  checked,
  commitOf,
  connect,
  openDatabase,
  sqlite,
  watched,
} from "./world.ts";

const names = ["a", "b"];

type Row = [SqlValue, SqlValue];

/** Each part as a batch; rows are numbered from one part to the next. */
function batchesOf(parts: readonly (readonly Row[])[]): CheckedBatch[] {
  const writer = new RecordWriter();
  return parts.map((rows) => {
    for (const row of rows) writer.add(row);
    return checked(writer.take(names));
  });
}

function numbered(from: number, count: number): Row[] {
  return Array.from({ length: count }, (_, at) => [
    from + at,
    `row ${from + at} `.repeat(30),
  ]);
}

/** Parts of so many rows each, which are numbered on. */
const numberedParts = (parts: number, rows: number): Row[][] =>
  Array.from({ length: parts }, (_, at) => numbered(at * rows + 1, rows));

/** A table that SQLite has made and that pages are added to. */
function begin(file: OpenFile, name = "t"): AppendedTable {
  file.writer.run(`CREATE TABLE "${name}" (a, b)`);
  return new AppendedTable(file.writer, name, file.attach!.change!);
}

const integrity = ({ writer }: OpenFile) =>
  readAll(writer, "PRAGMA integrity_check").flat();
const rowsOf = ({ writer }: OpenFile, table = "t") =>
  readAll(
    writer,
    `SELECT rowid, typeof(a), quote(a), typeof(b), hex(CAST(b AS BLOB)), length(b) FROM "${table}" ORDER BY rowid`,
  );
const countIn = ({ writer }: OpenFile, table = "t") =>
  readAll(writer, `SELECT count(*) FROM "${table}"`).flat()[0];

const value = fc.oneof(
  fc.constantFrom<SqlValue>(null, 0, 1, -1, 1.5, 2 ** 40, 9007199254740993n),
  fc.string({ maxLength: 40 }),
  fc.integer({ min: 0, max: 20_000 }).map((size) => "x".repeat(size)),
  fc
    .integer({ min: 3_900, max: 4_200 })
    .map((size) => new Uint8Array(size).fill(7)),
);
const row = fc.tuple(value, value);

test("rows that are added as pages are those that SQLite inserts, also when statements change them later", async () => {
  const [one, other] = [await connect(), await connect()];
  await fc.assert(
    fc.property(
      fc.array(fc.array(row, { minLength: 1, maxLength: 60 }), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.array(
        fc.constantFrom(
          "DELETE FROM t WHERE rowid % 3 = 1",
          "DELETE FROM t WHERE rowid > 10",
          "INSERT INTO t SELECT b, a FROM t",
          "UPDATE t SET b = 'changed ' || rowid WHERE rowid % 2 = 0",
          "CREATE INDEX IF NOT EXISTS i ON t (b)",
          "INSERT INTO t VALUES (zeroblob(9000), 'behind')",
          "DELETE FROM t",
        ),
        { maxLength: 5 },
      ),
      (parts, statements) => {
        for (const file of [one, other]) {
          file.writer.run("ROLLBACK");
          file.rolledBack();
          file.writer.run("BEGIN IMMEDIATE");
        }
        const table = begin(one);
        other.writer.run("CREATE TABLE t (a, b)");
        for (const batch of batchesOf(parts)) {
          let isAdded = false;
          try {
            isAdded = table.add([batch]);
          } catch {
            // One page is no tree.
          }
          if (!isAdded) return fc.pre(false);
        }
        for (const values of parts.flat())
          exec(other.writer, "INSERT INTO t VALUES (?, ?)", values);
        expect(integrity(one)).toEqual(["ok"]);
        expect(rowsOf(one)).toEqual(rowsOf(other));
        for (const statement of statements) {
          one.writer.run(statement);
          other.writer.run(statement);
        }
        expect(integrity(one)).toEqual(["ok"]);
        expect(rowsOf(one)).toEqual(rowsOf(other));
      },
    ),
    { numRuns: 60 },
  );
});

test("so many rows that there are pages between leaves and root are all there, part after part", async () => {
  const file = await connect();
  const table = begin(file);
  for (const [at, batch] of batchesOf(numberedParts(8, 1500)).entries()) {
    expect(table.add([batch])).toBe(true);
    expect(integrity(file)).toEqual(["ok"]);
    expect(countIn(file)).toBe((at + 1) * 1500);
  }
  expect(
    readAll(file.writer, "SELECT a, b FROM t WHERE rowid = 9999").flat(),
  ).toEqual(numbered(9999, 1)[0]);
});

test("a part writes the pages of its rows and few others, however many are there before", async () => {
  const file = await connect();
  let writes = 0;
  file.writer.run("CREATE TABLE t (a, b)");
  const table = new AppendedTable(
    file.writer,
    "t",
    watched(file, () => (writes += 1)),
  );
  const [large, ...parts] = batchesOf([
    numbered(1, 20_000),
    ...Array.from({ length: 4 }, (_, at) => numbered(20_001 + at * 12, 12)),
  ]);
  table.add([large!]);
  for (const part of parts) {
    writes = 0;
    expect(table.add([part])).toBe(true);
    expect(writes).toBeLessThan(8);
  }
  expect(integrity(file)).toEqual(["ok"]);
});

test("what was added and not committed is seen by no reader, and is gone with the rest when it is taken back", async () => {
  const file = await connect();
  file.writer.run("CREATE TABLE kept (n); INSERT INTO kept VALUES (1)");
  await file.commit(() => Promise.resolve());
  const { size } = file.image!;
  file.writer.run("BEGIN IMMEDIATE; INSERT INTO kept VALUES (2)");
  const table = begin(file);
  for (const batch of batchesOf([numbered(1, 400), numbered(401, 400)]))
    expect(table.add([batch])).toBe(true);
  const names = "SELECT name FROM sqlite_schema";
  expect(readAll(file.reader, names)).toEqual([["kept"]]);
  expect(readAll(file.reader, "SELECT n FROM kept")).toEqual([[1]]);
  file.writer.run("ROLLBACK");
  file.rolledBack();
  expect(readAll(file.writer, names)).toEqual([["kept"]]);
  expect(readAll(file.writer, "SELECT n FROM kept")).toEqual([[1]]);
  expect(readAll(file.reader, "SELECT n FROM kept")).toEqual([[1]]);
  expect(file.image!.size).toBe(size);
  expect(file.hasChanged()).toBe(false);
});

test("what is committed is seen by the reader, and saved whole", async () => {
  const file = await connect();
  expect(begin(file).add(batchesOf([numbered(1, 400)]))).toBe(true);
  const saved: number[] = [];
  await file.commit((pages) => {
    saved.push(...(pages?.changedPages() ?? []));
    return Promise.resolve();
  });
  expect(saved).toHaveLength(file.image!.size / 4096);
  expect(readAll(file.reader, "SELECT count(*) FROM t")).toEqual([[400]]);
  expect(readAll(file.reader, "PRAGMA integrity_check")).toEqual([["ok"]]);
});

test.each<[string, (file: OpenFile) => void]>([
  ["SQLite has written", ({ writer }) => writer.run("CREATE TABLE other (n)")],
  ["rows were deleted", ({ writer }) => writer.run("DELETE FROM t")],
  ["it was dropped", ({ writer }) => writer.run("DROP TABLE t")],
])("a table is left alone once %s between two parts", async (_, change) => {
  const file = await connect();
  const table = begin(file);
  const [first, second] = batchesOf([numbered(1, 400), numbered(401, 400)]);
  expect(table.add([first!])).toBe(true);
  change(file);
  const before = readAll(file.writer, "SELECT * FROM sqlite_schema");
  expect(table.add([second!])).toBe(false);
  expect(integrity(file)).toEqual(["ok"]);
  expect(readAll(file.writer, "SELECT * FROM sqlite_schema")).toEqual(before);
});

test("rows that are not numbered on, a table that has rows, and one page alone are left to SQLite", async () => {
  const file = await connect();
  const [, second] = batchesOf([numbered(1, 400), numbered(401, 400)]);
  expect(begin(file).add([second!])).toBe(false);
  const filled = begin(file, "filled");
  file.writer.run("INSERT INTO filled VALUES (1, 2)");
  expect(filled.add(batchesOf([numbered(1, 400)]))).toBe(false);
  const small = begin(file, "small");
  expect(() => small.add(batchesOf([numbered(1, 1)]))).toThrow("One page");
  expect(integrity(file)).toEqual(["ok"]);
  expect([countIn(file), countIn(file, "filled")]).toEqual([0, 1]);
});

test.each([
  ["that shrink by themselves", "PRAGMA auto_vacuum = FULL"],
  ["of larger pages", "PRAGMA page_size = 8192"],
])("files %s are left to SQLite", async (_, pragma) => {
  const file = await connect();
  file.writer.run(`ROLLBACK; ${pragma}; VACUUM; BEGIN IMMEDIATE`);
  expect(begin(file).add(batchesOf([numbered(1, 400)]))).toBe(false);
  file.writer.run("INSERT INTO t VALUES (1, 2)");
  expect(integrity(file)).toEqual(["ok"]);
});

test("free pages are used before the file grows, and none of them twice", async () => {
  const file = await connect();
  file.writer.run(
    "CREATE TABLE old (b); INSERT INTO old VALUES (zeroblob(3500000)); DROP TABLE old",
  );
  const size = () => readAll(file.writer, "PRAGMA page_count").flat()[0];
  const before = size();
  const table = begin(file);
  for (const [at, batch] of batchesOf(numberedParts(8, 2000)).entries()) {
    expect(table.add([batch])).toBe(true);
    expect(integrity(file)).toEqual(["ok"]);
    expect(countIn(file)).toBe((at + 1) * 2000);
    // Each part takes some 140 pages of the 850.
    if (at < 4) expect(size()).toBe(before);
  }
  expect(size()).toBeGreaterThan(Number(before));
  expect(readAll(file.writer, "PRAGMA freelist_count")).toEqual([[0]]);
});

test("whatever pages are free, the file is whole with the table in them, and with what SQLite does then", async () => {
  const file = await connect();
  await fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 700_000 }), { maxLength: 12 }),
      fc.array(fc.integer({ min: 60, max: 3000 }), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.integer({ min: 0, max: 900 }),
      (sizes, parts, kept) => {
        file.writer.run("ROLLBACK");
        file.rolledBack();
        file.writer.run("BEGIN IMMEDIATE; CREATE TABLE old (b)");
        for (const size of sizes)
          exec(file.writer, "INSERT INTO old VALUES (zeroblob(?))", [size]);
        file.writer.run("DELETE FROM old WHERE rowid % 3 > 0");
        const table = begin(file);
        let rows = 0;
        const batches = batchesOf(
          parts.map((count) => numbered((rows += count) - count + 1, count)),
        );
        for (const batch of batches) expect(table.add([batch])).toBe(true);
        expect(integrity(file)).toEqual(["ok"]);
        expect(countIn(file)).toBe(rows);
        exec(file.writer, "INSERT INTO old VALUES (zeroblob(?))", [kept * 999]);
        file.writer.run("DELETE FROM t WHERE rowid % 5 > 0; DROP TABLE old");
        expect(integrity(file)).toEqual(["ok"]);
        expect(countIn(file)).toBe(Math.floor(rows / 5));
      },
    ),
    { numRuns: 40 },
  );
});

test("whatever was free at the last save and is freed since, readers see what is saved, and so does everybody once it is taken back", async () => {
  const { connect: open } = await sqlite;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 600_000 }), { maxLength: 6 }),
      fc.array(fc.integer({ min: 0, max: 600_000 }), { maxLength: 6 }),
      fc.array(fc.integer({ min: 100, max: 3000 }), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.constantFrom("DELETE FROM kept", "DROP TABLE kept", "SELECT 1"),
      fc.boolean(),
      async (freed, sizes, parts, statement, isBack) => {
        const file = open();
        const { writer, reader } = file;
        writer.run("CREATE TABLE old (b); CREATE TABLE kept (b)");
        for (const [table, all] of [
          ["old", freed],
          ["kept", sizes],
        ] as const)
          for (const size of all)
            exec(writer, `INSERT INTO ${table} VALUES (randomblob(?))`, [size]);
        writer.run("DROP TABLE old");
        await file.save(() => Promise.resolve());
        const kept = "SELECT hex(b) FROM kept ORDER BY rowid";
        const before = readAll(reader, kept);
        writer.run(`BEGIN IMMEDIATE; ${statement}`);
        const table = begin(file);
        let rows = 0;
        const batches = batchesOf(
          parts.map((count) => numbered((rows += count) - count + 1, count)),
        );
        for (const batch of batches) expect(table.add([batch])).toBe(true);
        expect(integrity(file)).toEqual(["ok"]);
        expect(readAll(reader, kept)).toEqual(before);
        expect(readAll(reader, "PRAGMA integrity_check")).toEqual([["ok"]]);
        if (isBack) {
          writer.run("ROLLBACK");
          file.rolledBack();
          expect(readAll(file.writer, kept)).toEqual(before);
          const bytes = Buffer.concat(file.lend().parts);
          expect(bytes.includes("row 7 row 7")).toBe(false);
        } else {
          await file.commit(() => Promise.resolve());
          expect(countIn(file)).toBe(rows);
        }
        expect(integrity(file)).toEqual(["ok"]);
        expect(readAll(file.reader, "PRAGMA integrity_check")).toEqual([
          ["ok"],
        ]);
        file.close();
      },
    ),
    { numRuns: 40 },
  );
});

test.each([
  ["is not kept if it held nothing at the last save", false, "old", true],
  ["is kept if it was freed since", false, "kept", false],
  ["is kept if the list of free pages was damaged", true, "old", false],
])(
  "what a page was that is written anew %s",
  async (_, isDamaged, of, isLost) => {
    const file = await connect();
    const { writer } = file;
    writer.run(
      "CREATE TABLE kept AS SELECT randomblob(9000) AS b; CREATE TABLE old AS SELECT * FROM kept",
    );
    const roots = new Map(
      readAll(writer, "SELECT name, rootpage FROM sqlite_schema") as [
        string,
        number,
      ][],
    );
    writer.run("DROP TABLE old");
    const header = new Uint8Array(4);
    if (isDamaged)
      file.attach!.change!((real) => {
        // The last trunk names the next one.
        real.read(header, 32);
        const trunk = new DataView(header.buffer).getUint32(0);
        real.write(Uint8Array.of(0, 0, 0, trunk), (trunk - 1) * 4096);
      });
    await file.commit(() => Promise.resolve());
    const page = roots.get(of)!;
    const before = file.image!.page(page - 1).slice();
    writer.run("BEGIN IMMEDIATE; DROP TABLE kept");
    file.attach!.change!((real) => real.renew(page).fill(7));
    expect(file.image!.page(page - 1)).toEqual(
      isLost ? new Uint8Array(4096) : before,
    );
  },
);

test.each<[string, number, number]>([
  ["names a page beyond the end", 8, 1_000_000],
  ["names the first page", 8, 1],
  ["names a page twice", 12, -1],
  ["has a trunk that holds more than a page can", 4, 5000],
])("a list of free pages that %s is left to SQLite", async (_, at, value) => {
  const file = await connect();
  file.writer.run(
    "CREATE TABLE old (b); INSERT INTO old VALUES (zeroblob(1000000)); DROP TABLE old; CREATE TABLE t (a, b)",
  );
  const change = file.attach!.change!;
  change((real) => {
    const header = new DataView(new ArrayBuffer(100));
    real.read(new Uint8Array(header.buffer), 0);
    const trunk = (header.getUint32(32) - 1) * 4096;
    const bytes = new DataView(new ArrayBuffer(4096));
    real.read(new Uint8Array(bytes.buffer), trunk);
    bytes.setUint32(at, value < 0 ? bytes.getUint32(8) : value);
    real.write(new Uint8Array(bytes.buffer), trunk);
  });
  const bytes = () => Buffer.concat(file.lendUnsaved().parts);
  const before = bytes();
  const table = new AppendedTable(file.writer, "t", change);
  expect(() => table.add(batchesOf([numbered(1, 400)]))).toThrow("free pages");
  expect(bytes().equals(before)).toBe(true);
});

test("whichever write of a page fails, the transaction is as it was, with its list of free pages", async () => {
  const batches = batchesOf([numbered(1, 400), numbered(401, 12_000)]);
  /** Adds both with a write that fails; gives how many writes there were at the end of each. */
  async function addWith(failing: number): Promise<number[]> {
    const file = await connect();
    // So many pages are free that several of them list the others.
    file.writer.run(
      "CREATE TABLE other (n); INSERT INTO other VALUES (1); CREATE TABLE large (x); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100) INSERT INTO large SELECT zeroblob(4000) FROM n; DROP TABLE large; CREATE TABLE t (a, b)",
    );
    let writes = 0;
    const table = new AppendedTable(
      file.writer,
      "t",
      watched(file, () => {
        writes += 1;
        if (writes === failing) throw new Error("no memory");
      }),
    );
    const ends: number[] = [];
    let rows = 0;
    try {
      for (const batch of batches) {
        expect(table.add([batch])).toBe(true);
        rows += batch.rows;
        ends.push(writes);
      }
    } catch (thrown) {
      expect(String(thrown)).toContain("no memory");
    }
    expect(integrity(file)).toEqual(["ok"]);
    expect(countIn(file)).toBe(rows);
    file.writer.run(
      "INSERT INTO other VALUES (2); CREATE TABLE next (x); INSERT INTO next VALUES (zeroblob(100000))",
    );
    expect(integrity(file)).toEqual(["ok"]);
    expect(readAll(file.writer, "SELECT n FROM other").flat()).toEqual([1, 2]);
    return ends;
  }
  const ends = await addWith(Infinity);
  expect(ends).toHaveLength(2);
  // What the database goes by is written last.
  for (const end of ends)
    for (let last = 0; last < 8; last += 1)
      expect((await addWith(end - last)).length).toBe(ends.indexOf(end));
});

test("an obligation that is still open at the end of a part is left open, and the part to SQLite", async () => {
  const file = await connect();
  file.writer.run("ROLLBACK; PRAGMA foreign_keys = ON; BEGIN IMMEDIATE");
  file.writer.run(
    "CREATE TABLE parent (id PRIMARY KEY); CREATE TABLE child (id REFERENCES parent DEFERRABLE INITIALLY DEFERRED); INSERT INTO child VALUES (1)",
  );
  const table = begin(file);
  expect(() => table.add(batchesOf([numbered(1, 400)]))).toThrow("FOREIGN KEY");
  file.writer.run("INSERT INTO parent VALUES (1)");
  await file.commit(() => Promise.resolve());
  expect(readAll(file.reader, "SELECT id FROM child")).toEqual([[1]]);
});

test("a task that fails behind a large load, or whose statement ends the transaction, leaves nothing of it", async () => {
  const { database } = await openDatabase();
  const make = numbered(1, 60_000).map(([a, b]) => ({ a, b }));
  for (const [at, last] of ["SELECT 1", "fail"].entries()) {
    const id = attemptOf(`task ${at}`);
    const client = await attach(database, id);
    await client.exec("CREATE TABLE before (n UNIQUE)");
    await client.exec("INSERT INTO before VALUES (1)");
    await client.load("t", make);
    expect(await client.query("SELECT count(*) AS n FROM t")).toEqual([
      { n: 60_000 },
    ]);
    if (last === "fail")
      await expect(
        client.exec("INSERT OR ROLLBACK INTO before VALUES (1)"),
      ).rejects.toThrow("took back everything");
    await database.rollback(id);
    const { rows } = await database.query("SELECT name FROM sqlite_schema", []);
    expect(rows).toEqual([]);
  }
  const id = attemptOf("last");
  const client = await attach(database, id);
  await client.load("t", make);
  await database.commit(commitOf(id));
  const { rows } = await database.query("SELECT count(*) AS n FROM t", []);
  expect(rows).toEqual([{ n: 60_000 }]);
});

test("cells whose sizes and numbers are written longer than they need be are as good as any, also when they are deleted", async () => {
  const [honest] = batchesOf([numbered(1, 900)]);
  const { records, rows, starts } = honest!;
  const bytes: number[] = [];
  for (let row = 0; row < rows; row += 1) {
    let at = starts[row]!;
    for (let varint = 0; varint < 2; varint += 1) {
      const digits: number[] = [];
      do digits.push(records[at]! & 127);
      while (records[at++]! >= 128);
      while (digits.length < 5) digits.unshift(0);
      bytes.push(
        ...digits.map((digit, place) => (place < 4 ? digit | 128 : digit)),
      );
    }
    bytes.push(...records.subarray(at, starts[row + 1]));
  }
  const long = checked({
    columns: names,
    rows,
    records: Uint8Array.from(bytes),
  });
  const file = await connect();
  expect(begin(file).add([long])).toBe(true);
  expect(begin(file, "honest").add([honest!])).toBe(true);
  for (const statement of [
    "DELETE FROM t WHERE rowid % 7 > 2",
    "INSERT INTO t SELECT b, a FROM t",
    "UPDATE t SET b = b || b WHERE rowid % 2 = 0",
    "DELETE FROM t WHERE rowid % 5 > 1",
  ]) {
    expect(integrity(file)).toEqual(["ok"]);
    expect(rowsOf(file)).toEqual(rowsOf(file, "honest"));
    file.writer.run(statement);
    file.writer.run(statement.replaceAll(/\bt\b/g, "honest"));
  }
  expect(integrity(file)).toEqual(["ok"]);
  expect(rowsOf(file)).toEqual(rowsOf(file, "honest"));
});

test("the page in which SQLite keeps its locks is passed over", () => {
  const page = { type: "overflow", bytes: new Uint8Array(1), next: 0 } as const;
  for (const [first, numbers] of [
    [262_144, [262_144, 262_146]],
    [262_145, [262_146, 262_147]],
  ] as const) {
    const pages = new TablePages(4096, first);
    expect([pages.add(page), pages.add(page)]).toEqual(numbers);
    expect(pages.page(262_145)).toBeUndefined();
  }
});
