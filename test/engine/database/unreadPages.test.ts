import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  pageSize,
  segmentSize,
  type FoundPages,
  type PageDelta,
  type StoredSegment,
} from "../../../src/core/pages.ts";
import { readAll } from "../../../src/engine/database/execute.ts";
import { PageFile } from "../../../src/engine/database/pageFile.ts";
import { readSqliteFile } from "../../../src/engine/database/sqliteFile.ts";
import { Transactions } from "../../../src/engine/database/transactions.ts";
import { sqlite } from "./world.ts";

/** A stored segment, and how often it was read. */
class Stored implements StoredSegment {
  readonly #bytes: Uint8Array;
  reads = 0;
  isLost = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(): Uint8Array {
    this.reads += 1;
    if (this.isLost) throw new Error("There is no such file.");
    return this.#bytes.slice();
  }

  async fetch(): Promise<Uint8Array> {
    return this.read();
  }
}

function bytesOf(file: PageFile): Uint8Array {
  const bytes = new Uint8Array(file.size);
  file.read(bytes, 0);
  return bytes;
}

describe("a file whose segments are read when they are wanted", () => {
  type Step =
    | { type: "write"; page: number; value: number }
    | { type: "read"; page: number }
    | { type: "truncate"; page: number }
    | { type: "fetch" | "revert" | "save" };

  const pages = 2.5 * (segmentSize / pageSize);
  const page = fc.nat({ max: pages + 40 });
  const value = fc.integer({ min: 1, max: 255 });
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ type: fc.constant("write" as const), page, value }),
    fc.record({ type: fc.constant("read" as const), page }),
    fc.record({ type: fc.constant("truncate" as const), page }),
    fc.record({ type: fc.constantFrom("fetch", "revert", "save") }),
  );

  async function take(file: PageFile, one: Step): Promise<unknown> {
    if (one.type === "write")
      file.write(new Uint8Array(pageSize).fill(one.value), one.page * pageSize);
    else if (one.type === "truncate") file.truncate(one.page * pageSize);
    else if (one.type === "read") {
      const bytes = new Uint8Array(pageSize);
      return [file.read(bytes, one.page * pageSize), bytes[0], bytes.at(-1)];
    } else if (one.type === "fetch") await file.fetchRest(() => true);
    else if (one.type === "revert") file.revert();
    else file.saved();
    return undefined;
  }

  test("is the same as one that was read at once, whatever is done with it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
        fc.array(fc.tuple(fc.nat({ max: pages - 1 }), value), {
          maxLength: 6,
        }),
        fc.array(step, { maxLength: 12 }),
        async (isLater, newer, steps) => {
          const size = pages * pageSize;
          const whole = [1, 2, 3].map((at) =>
            new Uint8Array(at === 3 ? segmentSize / 2 : segmentSize).fill(at),
          );
          const deltas = newer.map(([number, byte]): PageDelta => ({
            pages: Int32Array.of(number),
            bytes: new Uint8Array(pageSize).fill(byte),
          }));
          const found = (later: boolean): FoundPages => ({
            size,
            segments: new Map(
              whole.map((bytes, index) => [
                index,
                later && isLater[index] ? new Stored(bytes) : bytes.slice(),
              ]),
            ),
            deltas,
            damage: undefined,
          });
          const some = new PageFile(found(true));
          const all = new PageFile(found(false));
          for (const one of steps)
            expect(await take(some, one)).toEqual(await take(all, one));
          expect(some.changedPages()).toEqual(all.changedPages());
          expect(Buffer.compare(bytesOf(some), bytesOf(all))).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** The bytes of a database of some megabytes, in stored segments. */
async function stored(): Promise<{ found: FoundPages; segments: Stored[] }> {
  const file = (await sqlite).connect();
  file.writer.run(
    "CREATE TABLE t AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i, zeroblob(1000) AS b FROM n",
  );
  await file.save(() => Promise.resolve());
  const { image } = file;
  const count = Math.ceil(image!.size / segmentSize);
  const segments = Array.from(
    { length: count },
    (_, index) => new Stored(image!.segment(index).slice()),
  );
  const found: FoundPages = {
    size: image!.size,
    segments: new Map(segments.entries()),
    deltas: [],
    damage: undefined,
  };
  file.close();
  return { found, segments };
}

async function open(found: FoundPages): Promise<Transactions<object>> {
  const transactions = new Transactions<object>(await sqlite, found);
  onTestFinished(() => transactions.close());
  return transactions;
}

function readsOf(segments: readonly Stored[]): number[] {
  return segments.map(({ reads }) => reads);
}

/** A database that was read at once and has let go of what it had. */
async function openReleased() {
  const { found, segments } = await stored();
  const whole = new Map(
    segments.map((segment, index) => [index, segment.read()]),
  );
  const transactions = await open({ ...found, segments: whole });
  for (const segment of segments) segment.reads = 0;
  return { transactions, found, segments };
}

const noSqlite = () => readSqliteFile(new Blob(["text"]));
const saveNothing = () => Promise.resolve();

test("what lets go of its file for an import that fails has its rows, and reads each part of the file once", async () => {
  const { transactions, found, segments } = await openReleased();
  await expect(
    transactions.replace(noSqlite, saveNothing, undefined, () =>
      Promise.resolve(found),
    ),
  ).rejects.toThrow("is no SQLite database");
  const { rows } = await transactions.query(
    undefined,
    "SELECT i FROM t WHERE rowid = 1",
    [],
  );
  expect(rows).toEqual([{ i: 1 }]);
  expect(readsOf(segments).filter(Boolean).length).toBeLessThan(
    segments.length,
  );
  await transactions.fetchRest();
  const all = await transactions.query(
    undefined,
    "SELECT sum(i) AS s FROM t",
    [],
  );
  expect(all.rows).toEqual([{ s: 12_502_500 }]);
  expect(new Set(readsOf(segments))).toEqual(new Set([1]));
});

test("an import in place of a file that was let go of can be taken back when it cannot be saved", async () => {
  const { transactions, found } = await openReleased();
  const other = (await sqlite).connect();
  other.writer.run("CREATE TABLE o (x)");
  await other.save(() => Promise.resolve());
  const bytes = other.image!.segment(0).slice(0, other.image!.size);
  other.close();
  await expect(
    transactions.replace(
      () => readSqliteFile(new Blob([bytes])),
      () => Promise.reject(new Error("The disk is full.")),
      undefined,
      () => Promise.resolve(found),
    ),
  ).rejects.toThrow("The disk is full.");
  const { rows } = await transactions.query(
    undefined,
    "SELECT sum(i) AS s FROM t",
    [],
  );
  expect(rows).toEqual([{ s: 12_502_500 }]);
});

describe("a part that the browser has lost while the notebook was open", () => {
  async function openLost() {
    const { transactions, found, segments } = await openReleased();
    await transactions
      .replace(noSqlite, saveNothing, undefined, () => Promise.resolve(found))
      .catch(() => undefined);
    segments[2]!.isLost = true;
    return transactions;
  }
  const lost = "has lost a part of this notebook's stored database";

  test("is told by the query that wants it, in plain words", async () => {
    const transactions = await openLost();
    await expect(
      transactions.query(undefined, "SELECT sum(i) FROM t", []),
    ).rejects.toThrow(lost);
  });

  test("is told when it is found missing, and nothing is written after that", async () => {
    const transactions = await openLost();
    await transactions.fetchRest();
    await expect(transactions.query(undefined, "SELECT 1", [])).rejects.toThrow(
      lost,
    );
    await expect(
      transactions.exec({}, "CREATE TABLE u (x)", []),
    ).rejects.toThrow(lost);
  });
});

test("SQLite reads no more of a file than a query wants", async () => {
  const { found, segments } = await stored();
  const file = (await sqlite).connect(found);
  onTestFinished(() => file.close());
  expect(readAll(file.reader, "SELECT max(rowid), i FROM t")).toEqual([
    [5000, 5000],
  ]);
  expect(segments.length).toBeGreaterThan(4);
  expect(readsOf(segments).filter(Boolean).length).toBeLessThan(4);
});
