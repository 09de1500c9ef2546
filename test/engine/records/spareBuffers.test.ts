import fc from "fast-check";
import { expect, test } from "vitest";
import {
  largestBuffer,
  RecordWriter,
} from "../../../src/engine/records/recordWriter.ts";
import { SpareBuffers } from "../../../src/engine/records/spareBuffers.ts";
import type { SqlValue } from "../../../src/engine/protocol.ts";

const value = fc.oneof(
  fc.constantFrom<SqlValue>(null, 0, 1, -1, 1.5, 2 ** 40, 9007199254740993n),
  fc.string({ maxLength: 40 }),
  fc.integer({ min: 0, max: 60_000 }).map((size) => "é".repeat(size)),
  fc.uint8Array({ maxLength: 30 }),
);

/** The batches of these rows; each goes where it is given, as soon as it has been read. */
function batchesOf(
  rows: readonly (readonly SqlValue[])[],
  spare?: SpareBuffers,
) {
  const writer = new RecordWriter(undefined, spare);
  const got: { rows: number; records: string }[] = [];
  const take = () => {
    const { rows, records } = writer.take(["a", "b"]);
    got.push({ rows, records: Buffer.from(records).toString("latin1") });
    spare?.give(records.buffer as ArrayBuffer);
  };
  for (const row of rows) {
    writer.add(row);
    if (writer.isFull) take();
  }
  if (writer.rows > 0) take();
  writer.end();
  return got;
}

test("rows that are written over others are what they are in new memory", () => {
  const spare = new SpareBuffers(largestBuffer);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 60 }),
      (rows) => {
        const again = JSON.stringify(batchesOf(rows, spare));
        expect(again === JSON.stringify(batchesOf(rows))).toBe(true);
      },
    ),
    { numRuns: 40 },
  );
});

test("a load of any length goes round in few buffers, and so does the next one", () => {
  const spare = new SpareBuffers(largestBuffer);
  const rows = Array.from({ length: 40_000 }, (_, at): SqlValue[] => [
    at,
    `${at} `.repeat(60),
  ]);
  const buffers = new Set<ArrayBufferLike>();
  const counted = {
    take: () => spare.take(),
    give(buffer: ArrayBuffer) {
      buffers.add(buffer);
      spare.give(buffer);
    },
  } as SpareBuffers;
  expect(batchesOf(rows, counted).length).toBeGreaterThan(10);
  const large = [...buffers].filter((one) => one.byteLength === largestBuffer);
  expect(large.length).toBeLessThanOrEqual(2);
  buffers.clear();
  batchesOf(rows, counted);
  for (const buffer of buffers)
    if (buffer.byteLength === largestBuffer)
      expect(large.includes(buffer)).toBe(true);
});

test("buffers of another size, and more than a load can use, are let go", () => {
  const spare = new SpareBuffers(8);
  spare.give(new ArrayBuffer(7));
  expect(spare.take()).toBeUndefined();
  for (let count = 0; count < 9; count += 1) spare.give(new ArrayBuffer(8));
  let kept = 0;
  while (spare.take()) kept += 1;
  expect(kept).toBe(4);
});
