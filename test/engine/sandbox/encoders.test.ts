import { runInThisContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import {
  checkBatch,
  type CheckedBatch,
} from "../../../src/engine/records/checkRecords.ts";
import {
  isWorthSending,
  RecordWriter,
} from "../../../src/engine/records/recordWriter.ts";
import { Encoders } from "../../../src/engine/sandbox/kernel/encoders.ts";
import { mostEncodedFields } from "../../../src/engine/sandbox/kernel/encoderSource.ts";
import { RowBatcher } from "../../../src/engine/sandbox/kernel/rowBatch.ts";
import { rowsOf } from "./kernelWorld.ts";

function makeEncoders() {
  const evaluate = vi.fn((expression: string): unknown =>
    runInThisContext(`(${expression})`),
  );
  return { encoders: new Encoders(evaluate), evaluate };
}

/** The rows as they cross, often enough each that encoders are made for them. */
function crossed(rows: readonly object[], encoders?: Encoders) {
  const batcher = new RowBatcher("t", encoders);
  for (let round = 0; round < 102; round += 1)
    for (const row of rows) batcher.add(row);
  return rowsOf(batcher.take().batch);
}

/** The same as lists of rows. */
function crossedAsLists(rows: readonly object[], encoders: Encoders) {
  const batcher = new RowBatcher("t", encoders);
  for (let round = 0; round < 102; round += 1)
    for (let row = 0; row < rows.length;) row = batcher.addRows(rows, row);
  return rowsOf(batcher.take().batch);
}

/** JSON says nothing of it. */
const noJson = { toJSON: () => undefined };

const value = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(-0, NaN, Infinity, 127, 128, -129, 32768, 8388608, 2 ** 31),
  fc.constantFrom("", "é", "😀", "\uD83D", "\uDE00x", "\0", "\uFEFF"),
  fc.string({ unit: "binary", maxLength: 150 }),
  fc.nat({ max: 300 }).map((length) => "ü".repeat(length)),
  fc.bigInt(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(null, undefined, true, false, { a: [1] }, noJson),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ maxLength: 90 }),
);
const name = fc.oneof(
  fc.constantFrom("a", "b", "c", "__proto__", "toString", '"', "\u2028", "1"),
  fc.string({ unit: "binary", maxLength: 5 }),
);

describe("encoders of rows", () => {
  test("make of any rows what adding them value by value makes", () => {
    const { encoders, evaluate } = makeEncoders();
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(name, value, { noNullPrototype: true }), {
          minLength: 1,
          maxLength: 4,
        }),
        (rows) => {
          const expected = crossed(rows);
          expect(crossed(rows, encoders)).toEqual(expected);
          expect(crossedAsLists(rows, encoders)).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
    expect(evaluate).toHaveBeenCalled();
  });

  test("are kept for later loads of rows of the same shape", () => {
    const { encoders, evaluate } = makeEncoders();
    crossed([{ a: 1, b: 2 }], encoders);
    crossed([{ a: "x", b: null }], encoders);
    expect(evaluate).toHaveBeenCalledTimes(1);
  });

  test("are not made for ever more shapes, nor for very wide rows", () => {
    const { encoders, evaluate } = makeEncoders();
    const shapes = Array.from({ length: 30 }, (_, at) => ({ [`c${at}`]: at }));
    expect(crossed(shapes, encoders)).toEqual(crossed(shapes));
    expect(evaluate).toHaveBeenCalledTimes(8);
    const wide = Object.fromEntries(
      Array.from({ length: mostEncodedFields + 1 }, (_, at) => [`w${at}`, at]),
    );
    expect(crossed([wide], encoders)).toEqual(crossed([wide]));
    expect(evaluate).toHaveBeenCalledTimes(8);
  });

  test("name the row and the column of what cannot be stored", () => {
    const { encoders } = makeEncoders();
    const batcher = new RowBatcher("t", encoders);
    for (let row = 0; row < 150; row += 1) batcher.add({ a: 1, b: row });
    expect(() => batcher.add({ a: 1, b: () => 1 })).toThrow(
      "Row 151, column b for the table t is a function",
    );
    expect(() => batcher.add({ a: 1, b: new Date(NaN) })).toThrow(
      "Row 151, column b for the table t is an invalid Date",
    );
    expect(() => batcher.add([1, 2])).toThrow(
      "Row 151 for the table t is a list",
    );
  });

  test("fall back to adding value by value where scripts are refused", () => {
    const refusing = new Encoders(() => {
      throw new EvalError("refused");
    });
    expect(crossed([{ a: 1 }], refusing)).toEqual(crossed([{ a: 1 }]));
  });

  test("of lists stop when the batch is full, at a long text and at a row of another shape", () => {
    const { encoders } = makeEncoders();
    const long = "é".repeat(300_000);
    const rows = Array.from({ length: 120_000 }, (_, id) =>
      id % 1000 === 7
        ? { id, other: true }
        : { id, text: id === 60_000 ? long : `text ${id}` },
    );
    const batcher = new RowBatcher("t", encoders);
    const got: unknown[] = [];
    for (let row = 0; row < rows.length;) {
      row = batcher.addRows(rows, row);
      const { batch } = batcher.take();
      got.push(...rowsOf(batch));
      expect(got).toHaveLength(row);
      if (row === rows.length) continue;
      // Full with its last row, and not before.
      const { starts } = checkBatch(batch) as CheckedBatch;
      const last = batch.rows - 1;
      expect(isWorthSending(batch.rows, batch.records.length)).toBe(true);
      expect(isWorthSending(last, starts[last]!)).toBe(false);
    }
    expect(batcher.isEmpty).toBe(true);
    expect(got).toEqual(
      rows.map(({ id, text = null, ...rest }: Record<string, unknown>) => ({
        id,
        text,
        other: "other" in rest ? 1 : null,
      })),
    );
  });

  test("of columns stop when the batch is full", () => {
    const { encoders } = makeEncoders();
    const encode = encoders.forColumns([
      { name: "id", column: 0 },
      { name: "text", column: 1 },
    ])!;
    const ids = new Float64Array(120_000).map((_, at) => at);
    const texts = Array.from(ids, (id) => `text ${id}`);
    const writer = new RecordWriter();
    const rows: unknown[] = [];
    for (let row = 0; row < ids.length;) {
      row = encode(writer, [ids, texts], row, ids.length);
      rows.push(...rowsOf(writer.take(["id", "text"])));
    }
    expect(rows.length).toBe(120_000);
    expect(rows.at(-1)).toEqual({ id: 119_999, text: "text 119999" });
  });
});
