import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkBatch } from "../../../../src/engine/records/checkRecords.ts";
import { Encoders } from "../../../../src/engine/sandbox/kernel/encoders.ts";
import {
  ColumnRecords,
  isDictionary,
} from "../../../../src/engine/sandbox/kernel/formats/columnRecords.ts";
import {
  encodeParquet,
  readParquet,
  streamParquetColumns,
} from "../../../../src/engine/sandbox/kernel/formats/parquet.ts";
import { RowBatcher } from "../../../../src/engine/sandbox/kernel/rowBatch.ts";
import type { RowGroup } from "../../../../src/engine/sandbox/kernel/rowStream.ts";
import { rowsOf } from "../kernelWorld.ts";

const encoders = new Encoders((expression) =>
  runInThisContext(`(${expression})`),
);

/** The batches of groups of rows, each as long as a load makes it. */
function batchesOf(groups: readonly RowGroup[]) {
  const batcher = new RowBatcher("t", encoders);
  const batches: ReturnType<typeof batcher.take>["batch"][] = [];
  for (const group of groups)
    for (let row = 0, isMore = true; isMore;) {
      if ("addTo" in group) isMore = batcher.addFrom(group);
      else {
        row = batcher.addColumns(group, row);
        isMore = row < group.rows;
      }
      if (batcher.isFull) batches.push(batcher.take().batch);
    }
  if (!batcher.isEmpty) batches.push(batcher.take().batch);
  for (const batch of batches) expect(checkBatch(batch)).toBeTypeOf("object");
  return batches;
}

type Batches = ReturnType<typeof batchesOf>;

function expectSame(made: Batches, expected: Batches) {
  expect(made.map(({ rows }) => rows)).toEqual(
    expected.map(({ rows }) => rows),
  );
  for (const [at, { records }] of made.entries())
    expect(Buffer.compare(records, expected[at]!.records)).toBe(0);
}

/** A file that pyarrow has written. */
function open(name: string, bytes = readFileSync(`test/fixtures/${name}`)) {
  const given = Uint8Array.from(bytes);
  return {
    file: {
      byteLength: given.length,
      slice: (start: number, end?: number) =>
        Promise.resolve(given.buffer.slice(start, end)),
    },
    source: {
      name,
      warn() {},
      loadCompressors: () => Promise.reject(new Error("not needed")),
    },
  };
}

async function listOf<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

/** The rows as a load gets them: by what is stored for each row, and by the rows themselves. */
async function bothWays(
  { file, source }: ReturnType<typeof open>,
  options: Readonly<Record<string, unknown>> = {},
) {
  const byGroups = listOf(encodeParquet(file, options, source)).then((groups) =>
    batchesOf(groups).flatMap((batch) => rowsOf(batch)),
  );
  const byRows = readParquet(file, options, source).then(({ rows }) => {
    const batcher = new RowBatcher("t");
    for (const row of rows) batcher.add(row);
    return rows.length > 0 ? rowsOf(batcher.take().batch) : [];
  });
  return {
    byGroups: await byGroups.catch(String),
    byRows: await byRows.catch(String),
  };
}

const shown = (rows: unknown) =>
  JSON.stringify(rows, (_, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value,
  );

const files = ["dictionaries.v1.parquet", "dictionaries.v2.parquet"];

describe("columns of Parquet that have a dictionary", () => {
  test.each(files)(
    "are read by the places of their values, in %s",
    async (name) => {
      const { file, source } = open(name);
      const groups = await listOf(streamParquetColumns(file, {}, source));
      expect(groups).toHaveLength(3);
      for (const { names, columns } of groups)
        expect(
          names.filter((_, at) => !isDictionary(columns[at]!)),
          // Too many texts for a dictionary, and lists.
        ).toEqual(["spilled", "list"]);
    },
  );

  test.each(files)("have the values that rows have, in %s", async (name) => {
    for (const options of [
      {},
      { columns: ["airport", "nothing"] },
      { columns: ["spilled", "list", "code"] },
      { rowStart: 100, rowEnd: 520 },
      { columns: ["bytes", "at"], binaryAsText: true },
      { columns: ["airport"], filter: { id: { $gt: 3 } } },
    ]) {
      const { byGroups, byRows } = await bothWays(open(name), options);
      expect(byGroups).toEqual(byRows);
      expect(byGroups.length).toBeGreaterThan(100);
    }
  });

  test("are what the library reads of them, or fails at, where a file is damaged", async () => {
    const bytes = readFileSync(`test/fixtures/${files[0]}`);
    // Behind the pages are what the file says of itself, and how long that is.
    const pages = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
    let failed = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: pages - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const damaged = Buffer.from(bytes);
          damaged[at] = damaged[at]! ^ change;
          const { byGroups, byRows } = await bothWays(
            open("damaged.parquet", damaged),
          );
          if (typeof byRows === "string") failed += 1;
          // Compared as texts, as the rows are many.
          expect(shown(byGroups) === shown(byRows)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
    expect(failed).toBeGreaterThan(0);
  });
});

const value = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(-0, NaN, Infinity, 127, 128, -129, 32768, 8388608, 2 ** 31),
  fc.constantFrom("", "é", "😀", "\uD83D", "\0"),
  fc.string({ unit: "binary", maxLength: 150 }),
  fc.nat({ max: 400 }).map((length) => "ü".repeat(length)),
  fc.bigInt(),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ maxLength: 300 }),
  fc.constantFrom(null, undefined),
);
const column = fc
  .tuple(fc.array(value, { minLength: 1, maxLength: 20 }), fc.boolean())
  .chain(([values, hasDictionary]) =>
    fc.record({
      values: fc.constant(values),
      hasDictionary: fc.constant(hasDictionary),
      step: fc.nat({ max: 30 }),
    }),
  );

test("rows of columns are the records that encoders of columns make, wherever batches and slices end", () => {
  fc.assert(
    fc.property(
      fc.array(column, { minLength: 1, maxLength: 5 }),
      fc.nat({ max: 60_000 }),
      (columns, extra) => {
        const rows = columns.length === 1 ? extra + 1 : (extra % 5000) + 1;
        const names = columns.map((_, at) => `c${at}`);
        const stored = columns.map(({ values, hasDictionary, step }) => {
          const places = Uint32Array.from(
            { length: rows },
            (_, row) => (row * step + (row >> 3)) % values.length,
          );
          return hasDictionary
            ? { values, places }
            : Array.from(places, (place) => values[place]);
        });
        const values = stored.map((one) =>
          isDictionary(one)
            ? Array.from(one.places, (place) => one.values[place])
            : one,
        );
        const made = batchesOf([
          new ColumnRecords(names, undefined, stored, rows),
        ]);
        const expected = batchesOf([{ names, values, rows }]);
        expectSame(made, expected);
      },
    ),
    { numRuns: 60 },
  );
});

test("long values of columns are as they were, and what is wrong with one is told with its row", () => {
  const long = ["x".repeat(300_000), "y", "z".repeat(1_000_000)];
  const values = Array.from({ length: 50 }, (_, row) => long[row % 3]);
  const places = Uint32Array.from(values, (_, row) => row % 3);
  const groups = [
    new ColumnRecords(
      ["a", "b"],
      undefined,
      [values, { values: long, places }],
      50,
    ),
  ];
  const expected = batchesOf([
    { names: ["a", "b"], values: [values, values], rows: 50 },
  ]);
  expectSame(batchesOf(groups), expected);

  const bad = Array.from({ length: 3000 }, (_, row) =>
    row === 2345 ? new Date(NaN) : row,
  );
  expect(() =>
    batchesOf([new ColumnRecords(["at"], undefined, [bad], bad.length)]),
  ).toThrow(
    "Row 2346, column at for the table t is an invalid Date; use null where there is no date.",
  );
});
