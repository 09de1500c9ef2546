import fc from "fast-check";
import { expect, test } from "vitest";
import { FlowError } from "../../../src/core/errors.ts";
import { readAll } from "../../../src/engine/database/execute.ts";
import { loadRows } from "../../../src/engine/database/load.ts";
import { checkToData } from "../../../src/engine/guard.ts";
import type { SqlValue } from "../../../src/engine/protocol.ts";
import { WaitingRows } from "../../../src/engine/database/waitingRows.ts";
import type { CheckedBatch } from "../../../src/engine/records/checkRecords.ts";
import { connect, makeRequest, sentBatchOf } from "./world.ts";

const check = (batch: unknown) =>
  checkToData({ call: 1, method: "load-rows", load: 1, batch });

/** A batch of one column whose cells are these bytes. */
const cells = (rows: number, ...bytes: number[]) => ({
  columns: ["a"],
  rows,
  records: new Uint8Array(bytes),
});

test("a batch as load makes it is understood", () => {
  const batch = sentBatchOf([
    { a: 1, b: "x", c: new Uint8Array(3) },
    { a: null, b: 2n ** 60n, c: null },
    { a: 0.5, b: "y".repeat(100_000), c: null },
  ]);
  expect(check(structuredClone(batch))).toMatchObject({ ok: true });
  // Two rows: 5, and the text "x".
  expect(check(cells(2, 3, 1, 2, 1, 5, 3, 2, 2, 15, 120))).toMatchObject({
    ok: true,
    call: { batch: { fewest: 1, kinds: new Uint32Array([34]) } },
  });
});

class Sub extends Uint8Array {}

const resizable = () =>
  new (
    ArrayBuffer as unknown as new (size: number, options: object) => ArrayBuffer
  )(4, { maxByteLength: 48 });

test.each<[string, unknown]>([
  ["a plain list", { ...cells(1), records: [3, 1, 2, 1, 5] }],
  ["other numbers", { ...cells(1), records: new Int8Array([3, 1, 2, 1, 5]) }],
  ["a class of its own", { ...cells(1), records: new Sub([3, 1, 2, 1, 5]) }],
  [
    "shared memory",
    { ...cells(1), records: new Uint8Array(new SharedArrayBuffer(4)) },
  ],
  [
    "memory that can shrink",
    { ...cells(1), records: new Uint8Array(resizable()) },
  ],
  ["no bytes", cells(1)],
  ["too few rows", cells(1, 3, 1, 2, 1, 5, 3, 2, 2, 1, 5)],
  ["too many rows", cells(2, 3, 1, 2, 1, 5)],
  ["far too many rows", cells(1e9, 3, 1, 2, 1, 5)],
  ["half a row", cells(2.5, 3, 1, 2, 1, 5)],
  ["a row that is cut off", cells(1, 3, 1, 2, 1)],
  ["a row that ends in its size", cells(1, 0x83)],
  ["a row that ends in its number", cells(1, 3, 0x81)],
  ["a size without an end", cells(1, ...new Array<number>(9).fill(0xff), 1)],
  ["a number that is not the next", cells(2, 3, 1, 2, 1, 5, 3, 3, 2, 1, 5)],
  ["a header without its own size", cells(1, 3, 1, 0, 1, 5)],
  ["a header longer than the row", cells(1, 3, 1, 4, 1, 5)],
  ["a header that cuts a type", cells(1, 3, 1, 2, 0x81, 5)],
  ["a kind that means nothing", cells(1, 2, 1, 2, 10)],
  ["another kind that means nothing", cells(1, 2, 1, 2, 11)],
  ["a value longer than the row", cells(1, 3, 1, 2, 2, 5)],
  ["a value shorter than the row", cells(1, 4, 1, 2, 1, 5, 5)],
  ["a text of four gigabytes", cells(1, 6, 1, 6, 0x90, 0x80, 0x80, 0x80, 13)],
  ["more values than columns", cells(1, 5, 1, 3, 1, 1, 5, 5)],
  ["bytes behind the rows", cells(1, 3, 1, 2, 1, 5, 0)],
  ["a column twice", { ...cells(1, 3, 1, 2, 1, 5), columns: ["a", "a"] }],
  ["no columns", { ...cells(1, 3, 1, 2, 1, 5), columns: undefined }],
])("%s is refused", (_, batch) => {
  expect(check(batch)).toMatchObject({
    ok: false,
    error: { code: "invalid-argument" },
  });
});

const value: fc.Arbitrary<SqlValue> = fc.oneof(
  fc.constantFrom(0, 1, 200, 2 ** 40, 0.5, null),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.string({ maxLength: 9 }),
  fc.uint8Array({ maxLength: 9 }),
  fc.nat({ max: 40_000 }).map((length) => "z".repeat(length)),
);
const row = fc.record({ a: value, b: value }, { requiredKeys: [] });

/** Bytes that a value of the protocol is replaced by: near what stood there, so that much of it is still understood. */
const damage = fc.array(
  fc.record({
    at: fc.nat({ max: 120 }),
    by: fc.oneof(fc.constantFrom(1, -1, 2, 12, 13, 128), fc.nat({ max: 255 })),
  }),
  { maxLength: 3 },
);

test("whatever the bytes hold, the load fails or the database is whole", async () => {
  const file = await connect();
  const { writer } = file;
  writer.run("CREATE TABLE kept AS SELECT 1 AS x; COMMIT");
  const type = fc.constantFrom("INTEGER", "REAL", "TEXT", "BLOB");
  let refused = 0;
  let damaged = 0;
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          rows: fc.array(row, { minLength: 1, maxLength: 6 }),
          damage,
        }),
        { minLength: 1, maxLength: 3 },
      ),
      fc.record({ a: type, b: type }, { requiredKeys: [] }),
      fc.constantFrom(
        "",
        "CREATE TABLE t (a, b)",
        "CREATE TABLE t (b, a, UNIQUE (a, b))",
      ),
      (parts, types, schema) => {
        const batches: CheckedBatch[] = [];
        for (const { rows, damage } of parts) {
          const batch = sentBatchOf(rows);
          const { records } = batch;
          for (const { at, by } of damage) records[at % records.length]! += by;
          const checked = check({ ...batch, columns: ["a", "b"] });
          if (checked.ok && checked.call.method === "load-rows") {
            batches.push(checked.call.batch);
            if (damage.length > 0) damaged += 1;
          } else refused += 1;
        }
        writer.run(`BEGIN IMMEDIATE; ${schema}`);
        try {
          loadRows(
            writer,
            makeRequest("t", { types: types as never }),
            WaitingRows.of(batches),
            file.attach,
            1,
          );
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(FlowError);
        } finally {
          writer.run("COMMIT");
          file.detachAll();
        }
        expect(readAll(writer, "PRAGMA integrity_check")).toEqual([["ok"]]);
        expect(readAll(writer, "SELECT x FROM kept")).toEqual([[1]]);
        const columns = readAll(
          writer,
          "SELECT name FROM pragma_table_info('t')",
        );
        for (const [name] of columns)
          readAll(writer, `SELECT quote(${String(name)}) FROM t`);
        writer.run("DROP TABLE IF EXISTS t");
      },
    ),
    { numRuns: 600 },
  );
  expect(refused).toBeGreaterThan(50);
  expect(damaged).toBeGreaterThan(50);
});
