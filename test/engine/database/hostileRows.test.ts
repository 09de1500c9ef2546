import fc from "fast-check";
import { expect, test } from "vitest";
import { FlowError } from "../../../src/core/errors.ts";
import { readAll } from "../../../src/engine/database/execute.ts";
import { loadRows } from "../../../src/engine/database/load.ts";
import { checkToData } from "../../../src/engine/guard.ts";
import type { RowBatch } from "../../../src/engine/protocol.ts";
import { batchOf, connect, makeRequest } from "./world.ts";

const check = (batch: unknown) =>
  checkToData({ call: 1, method: "load-rows", load: 1, batch });

const mixed = () => ({
  kinds: new Uint8Array([3, 0, 1]),
  ends: new Uint32Array([2, 2, 10]),
  bytes: new Uint8Array(10),
});
const batchWith = (column: unknown, rows = 3) => ({
  columns: ["a"],
  values: [column],
  rows,
});

test("a batch as load makes it is understood", () => {
  const batch = batchOf([
    { a: 1, b: "x", c: new Uint8Array(3) },
    { a: null, b: 2n ** 60n, c: null },
  ]);
  expect(check(structuredClone(batch))).toMatchObject({ ok: true });
  expect(check(batchWith(mixed()))).toMatchObject({ ok: true });
});

class Sub extends Float64Array {}

test.each<[string, unknown]>([
  ["numbers of another length", batchWith(new Float64Array(2))],
  ["a plain list", batchWith([1, 2, 3])],
  ["other numbers", batchWith(new Float32Array(3))],
  ["a class of its own", batchWith(new Sub(3))],
  ["shared memory", batchWith(new Float64Array(new SharedArrayBuffer(24)))],
  [
    "memory that can shrink",
    batchWith(
      new Float64Array(
        new (
          ArrayBuffer as unknown as new (
            size: number,
            options: object,
          ) => ArrayBuffer
        )(24, { maxByteLength: 48 }),
      ),
    ),
  ],
  [
    "an unknown kind",
    batchWith({ ...mixed(), kinds: new Uint8Array([3, 0, 9]) }),
  ],
  ["too few kinds", batchWith({ ...mixed(), kinds: new Uint8Array(2) })],
  ["too few ends", batchWith({ ...mixed(), ends: new Uint32Array([2, 2]) })],
  [
    "ends behind the bytes",
    batchWith({ ...mixed(), bytes: new Uint8Array(9) }),
  ],
  [
    "ends that go back",
    batchWith({ ...mixed(), ends: new Uint32Array([2, 1, 9]) }),
  ],
  [
    "a number of 7 bytes",
    batchWith({ ...mixed(), ends: new Uint32Array([3, 3, 10]) }),
  ],
  [
    "nothing that has bytes",
    batchWith({ ...mixed(), kinds: new Uint8Array([0, 0, 1]) }),
  ],
  ["bytes in 32 bits", batchWith({ ...mixed(), bytes: new Uint32Array(10) })],
  ["more rows than values", batchWith(mixed(), 4)],
  ["too many rows", batchWith(mixed(), 1e9)],
  ["half a row", batchWith(mixed(), 2.5)],
  [
    "a column twice",
    { columns: ["a", "a"], values: [mixed(), mixed()], rows: 3 },
  ],
  [
    "a column without values",
    { columns: ["a", "b"], values: [mixed()], rows: 3 },
  ],
])("%s is refused", (_, batch) => {
  expect(check(batch)).toMatchObject({
    ok: false,
    error: { code: "invalid-argument" },
  });
});

test("whatever the buffers hold, the load fails or the database is whole", async () => {
  const file = await connect();
  const { writer } = file;
  writer.run("CREATE TABLE kept AS SELECT 1 AS x; COMMIT");
  const column = (rows: number) =>
    fc.oneof(
      fc.float64Array({ minLength: rows, maxLength: rows }),
      fc
        .array(fc.tuple(fc.nat({ max: 4 }), fc.uint8Array({ maxLength: 9 })), {
          minLength: rows,
          maxLength: rows,
        })
        .map((values) => {
          let at = 0;
          const parts = values.map(([kind, bytes]) =>
            kind === 0
              ? []
              : kind < 3
                ? Array.from({ length: 8 }, (_, i) => bytes[i] ?? kind)
                : [...bytes],
          );
          return {
            kinds: Uint8Array.from(values, ([kind]) => kind),
            ends: Uint32Array.from(parts, (part) => (at += part.length)),
            bytes: Uint8Array.from(parts.flat()),
          };
        }),
    );
  const damage = fc.option(
    fc.record({
      part: fc.constantFrom("kinds", "ends", "bytes"),
      at: fc.nat({ max: 20 }),
      value: fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 2 ** 32 - 1 })),
    }),
  );
  const hostile = fc.nat({ max: 8 }).chain((rows) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(["a", "b"]),
      values: fc.tuple(column(rows), column(rows)),
      damage,
    }),
  );
  let loaded = 0;
  fc.assert(
    fc.property(
      fc.array(hostile, { minLength: 1, maxLength: 3 }),
      fc.record(
        {
          a: fc.constantFrom("INTEGER", "REAL", "TEXT", "BLOB"),
          b: fc.constantFrom("INTEGER", "REAL", "TEXT", "BLOB"),
        },
        { requiredKeys: [] },
      ),
      (parts, types) => {
        const batches: RowBatch[] = [];
        for (const { damage, ...batch } of parts) {
          const [first] = batch.values;
          if (damage && !(first instanceof Float64Array))
            (first as never as Record<string, Record<number, number>>)[
              damage.part
            ]![damage.at] = damage.value;
          const checked = check(batch);
          if (checked.ok && checked.call.method === "load-rows")
            batches.push(checked.call.batch);
        }
        writer.run("BEGIN IMMEDIATE");
        try {
          loadRows(
            writer,
            makeRequest("t", { types: types as never }),
            batches,
            file.attach,
            1,
          );
          loaded += 1;
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(FlowError);
        } finally {
          writer.run("COMMIT");
          file.detachAll();
        }
        expect(readAll(writer, "PRAGMA integrity_check")).toEqual([["ok"]]);
        expect(readAll(writer, "SELECT x FROM kept")).toEqual([[1]]);
        writer.run("DROP TABLE IF EXISTS t");
      },
    ),
    { numRuns: 500 },
  );
  expect(loaded).toBeGreaterThan(50);
});
