import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readParquet } from "../../../../src/engine/sandbox/kernel/formats/parquet.ts";
import { columnsOf } from "./parquetColumns.ts";

/** Files that pyarrow has written. */
function open(name: string) {
  const bytes = Uint8Array.from(readFileSync(`test/fixtures/${name}`));
  const warnings: string[] = [];
  return {
    warnings,
    file: {
      byteLength: bytes.length,
      slice: (start: number, end?: number) =>
        Promise.resolve(bytes.buffer.slice(start, end)),
    },
    source: {
      name,
      warn: (message: string) => void warnings.push(message),
      loadCompressors: () => Promise.reject(new Error("not needed")),
    },
  };
}

test("times of day are text, durations numbers, and timestamps dates that end with the millisecond, of which is told once", async () => {
  const { file, source, warnings } = open("times.parquet");
  const { rows } = await readParquet(file, {}, source);
  const first = {
    ms: "01:00:00",
    us: "01:00:00.000001",
    ns: "01:00:00.000000001",
    list: ["01:02:03"],
    at_us: new Date("2023-11-14T22:13:20.123Z"),
    at_ns: new Date("2023-11-14T22:13:20.123Z"),
    took: 5,
  };
  const second = {
    ms: "23:59:59.999",
    us: "00:00:00",
    ns: "00:00:00",
    list: [],
    at_us: new Date(-1),
    at_ns: new Date(-1),
    took: null,
  };
  const third = {
    ms: null,
    us: "12:30:00",
    ns: null,
    list: null,
    at_us: new Date("2023-11-14T22:13:20.123Z"),
    at_ns: null,
    took: 7,
  };
  expect(rows).toEqual([first, second, third]);
  const told =
    "times.parquet has timestamps finer than a millisecond, which is all that a Date holds; what is finer was cut.";
  expect(warnings).toEqual([told]);
  for await (const { names, values } of columnsOf(file, {}, source))
    expect(
      Object.fromEntries(names.map((name, at) => [name, values[at]![0]])),
    ).toEqual({ ...first, took: 5n });
  expect(warnings).toEqual([told, told]);
});

test("rows can be chosen by a time of day", async () => {
  const { file, source } = open("times.parquet");
  const options = { columns: ["us"], filter: { us: { $gt: "06:00" } } };
  const { rows } = await readParquet(file, options, source);
  expect(rows).toEqual([{ us: "12:30:00" }]);
});

test("lists in pages of version 2 that cannot be read say so, and the other columns can be read", async () => {
  const { file, source } = open("nested.v2.parquet");
  await expect(readParquet(file, {}, source)).rejects.toThrow(
    'nested.v2.parquet cannot be read as Parquet: its nested columns are in data pages of version 2, of which lists that are null or empty cannot be read. Have it written with pages of version 1 (in pyarrow data_page_version="1.0"), or read its other columns: { columns: [...] }.',
  );
  const { rows } = await readParquet(file, { columns: ["id"] }, source);
  expect(rows).toHaveLength(4);
});
