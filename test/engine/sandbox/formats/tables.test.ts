import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { parquetWriteBuffer } from "hyparquet-writer";
import initSqlJs from "sql.js";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { toCsv } from "../../../../src/engine/sandbox/kernel/formats/csvWriter.ts";
import { toNdjson } from "../../../../src/engine/sandbox/kernel/formats/ndjsonWriter.ts";
import { readExcel } from "../../../../src/engine/sandbox/kernel/formats/excel.ts";
import { toExcel } from "../../../../src/engine/sandbox/kernel/formats/excelWriter.ts";
import {
  readParquet,
  streamParquet,
} from "../../../../src/engine/sandbox/kernel/formats/parquet.ts";
import { compressors } from "../../../../src/engine/sandbox/kernel/formats/parquetCompressors.ts";
import { toParquet } from "../../../../src/engine/sandbox/kernel/formats/parquetWriter.ts";
import {
  begin,
  readSqlite,
  toSqlite,
} from "../../../../src/engine/sandbox/kernel/formats/sqlite.ts";
import { columnsOf } from "./parquetColumns.ts";

const plain = (value: unknown) =>
  typeof value === "bigint" ? Number(value) : value;

const blobOf = (bytes: Uint8Array) => new Blob([bytes as BlobPart]);

beforeAll(() =>
  begin(
    new Uint8Array(readFileSync("node_modules/sql.js/dist/sql-wasm.wasm"))
      .buffer,
  ),
);

describe("Parquet", () => {
  let loads = 0;
  const source = {
    name: "a.parquet",
    warn: () => {},
    loadCompressors: () => {
      loads += 1;
      return Promise.resolve(compressors);
    },
  };
  /** A file that counts what is read of it. */
  const fileOf = (bytes: Uint8Array) => {
    const file = {
      byteLength: bytes.length,
      read: 0,
      slice(start: number, end = bytes.length) {
        file.read += end - start;
        return Promise.resolve(bytes.slice(start, end).buffer as ArrayBuffer);
      },
    };
    return file;
  };
  const rowsIn = async (
    file: ReturnType<typeof fileOf>,
    options: Record<string, unknown>,
  ) => (await readParquet(file, options, source)).rows;
  const write = (rows: object[], options: Record<string, unknown> = {}) =>
    toParquet(rows, options);
  const read = (bytes: Uint8Array, options: Record<string, unknown> = {}) =>
    rowsIn(fileOf(bytes), options);

  test("an object with a text of its own is that text in Parquet, also beside other objects", async () => {
    const address = new URL("https://a.example/b");
    expect(await read(await write([{ a: address }]))).toEqual([
      { a: address.href },
    ]);
    expect(await read(await write([{ a: { x: 1 } }, { a: address }]))).toEqual([
      { a: { x: 1 } },
      { a: address.href },
    ]);
  });

  test("columns may have names that every object has", async () => {
    const rows = [{ constructor: 1, toString: "x" }];
    expect(await read(write(rows))).toEqual(rows);
    expect(await read(write(rows, { types: { a: "REAL" } }))).toEqual(rows);
    expect(() => write([{ ["__proto__"]: 1 }])).not.toThrow();
  });

  test("what toParquet writes is read back, with its types", async () => {
    const rows = [
      {
        id: 1,
        big: 2n ** 60n,
        part: 0.5,
        text: "é😀",
        flag: true,
        at: new Date(1234),
        bytes: Uint8Array.from([1, 2]),
        nested: { a: [1, "x"] },
        none: null,
      },
      {
        id: -5,
        big: 7n,
        part: 3,
        text: "",
        flag: null,
        at: null,
        bytes: null,
        nested: null,
        none: null,
      },
    ];
    const back = await read(write(rows));
    expect(back).toEqual([rows[0], { ...rows[1], big: 7 }]);
  });

  test("numbers and texts of any kind are read back", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            whole: fc.option(fc.maxSafeInteger()),
            any: fc.option(fc.double({ noNaN: true })),
            text: fc.option(fc.string({ unit: "grapheme" })),
          }),
          { minLength: 1, maxLength: 50 },
        ),
        async (rows) => {
          const types = { whole: "INTEGER", any: "REAL", text: "TEXT" };
          const back = await read(write(rows, { types }));
          expect(back).toEqual(
            rows.map((row) => ({
              ...row,
              any: row.any === null ? null : row.any,
            })),
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  const many = write(
    Array.from({ length: 300_000 }, (_, id) => ({
      id,
      name: `name ${(id * 7919) % 100_003}`,
      v: Math.sin(id),
    })),
  );

  test("only the columns and row groups that are asked for are read", async () => {
    const file = fileOf(many);
    const rows = await rowsIn(file, {
      columns: ["id"],
      rowStart: 150_000,
      rowEnd: 150_003,
    });
    expect(rows).toEqual([{ id: 150_000 }, { id: 150_001 }, { id: 150_002 }]);
    // The footer is fetched with half a megabyte around it.
    expect(file.read).toBeLessThan(2_000_000);
    expect(many.length).toBeGreaterThan(4_000_000);
  });

  test.each([
    [{ year: { $eq: 2024 } }, [2024]],
    [{ year: { $in: [2024, 2025] } }, [2024, 2025]],
    [{ year: { $ne: 2024 } }, [2023, 2025]],
    [{ year: { $nin: [2023, 2025] } }, [2024]],
    [{ year: { $not: { $eq: 2023 } } }, [2024, 2025]],
    [{ $or: [{ year: { $eq: 2023 } }, { year: { $gt: 2024 } }] }, [2023, 2025]],
  ])("a filter %j finds whole numbers of 64 bits", async (filter, years) => {
    const bytes = write([{ year: 2023 }, { year: 2024 }, { year: 2025 }]);
    const rows = await rowsIn(fileOf(bytes), { filter });
    expect(rows).toEqual(years.map((year) => ({ year })));
  });

  test("a filter leaves out row groups that cannot match", async () => {
    const file = fileOf(many);
    expect(
      await rowsIn(file, {
        columns: ["name"],
        filter: { id: { $gte: 299_999 } },
      }),
    ).toEqual([{ name: `name ${(299_999 * 7919) % 100_003}` }]);
    expect(file.read).toBeLessThan(many.length / 2);
  });

  test("streams one row group after the other", async () => {
    let count = 0;
    let batches = 0;
    for await (const rows of streamParquet(
      fileOf(many),
      { columns: ["id"], rowStart: 500, rowEnd: 299_000 },
      source,
    )) {
      expect(rows[0]).toEqual({ id: 500 + count });
      count += rows.length;
      batches += 1;
    }
    expect(count).toBe(298_500);
    expect(batches).toBeGreaterThan(2);
  });

  test("streams the same as columns, whatever part of them is asked for", async () => {
    const rows = Array.from({ length: 3000 }, (_, id) => ({
      id: BigInt(id),
      name: id % 3 === 0 ? null : `name ${id}`,
      at: new Date(1.6e12 + id * 1234),
      nested: { list: [id] },
    }));
    const file = write(rows);
    for (const options of [
      {},
      { columns: ["name", "id"] },
      { columns: ["at"], rowStart: 17, rowEnd: 2500 },
      { rowStart: 2999 },
      { rowEnd: 0 },
      { columns: ["name"], filter: { id: { $gt: 2000 } } },
    ]) {
      const found: object[] = [];
      for await (const { names, values, rows } of columnsOf(
        fileOf(file),
        options,
        source,
      ))
        for (let row = 0; row < rows; row += 1)
          found.push(
            Object.fromEntries(
              names.map((name, at) => [name, plain(values[at]![row])]),
            ),
          );
      expect(found).toEqual(await rowsIn(fileOf(file), options));
    }
  });

  describe("decimals", () => {
    const decimal = (name: string, type: string, length?: number) => ({
      name,
      type,
      repetition_type: "OPTIONAL",
      converted_type: "DECIMAL",
      precision: type === "INT32" ? 9 : 38,
      scale: 2,
      ...(length ? { type_length: length } : {}),
    });
    const file = new Uint8Array(
      parquetWriteBuffer({
        schema: [
          { name: "root", num_children: 5 },
          decimal("short", "INT32"),
          decimal("long", "INT64"),
          decimal("wide", "FIXED_LEN_BYTE_ARRAY", 16),
          { ...decimal("whole", "FIXED_LEN_BYTE_ARRAY", 16), scale: 0 },
          {
            name: "nested",
            repetition_type: "OPTIONAL",
            converted_type: "LIST",
            num_children: 1,
          },
          { name: "list", repetition_type: "REPEATED", num_children: 1 },
          decimal("element", "INT64"),
        ] as never,
        columnData: [
          { name: "short", data: [115n, null, -5n, 500n] },
          { name: "long", data: [115n, null, 1234567890123456710n, 0n] },
          {
            name: "wide",
            data: [29n, null, -(10n ** 30n) - 7n, 1234567890123456700n],
          },
          { name: "whole", data: [29n, null, 10n ** 17n + 1n, -1n] },
          { name: "nested", data: [[1.15], null, [], [2.5, null]] },
        ],
      }),
    );
    const expected = [
      { short: 1.15, long: 1.15, wide: 0.29, whole: 29, nested: [1.15] },
      { short: null, long: null, wide: null, whole: null, nested: null },
      {
        short: -0.05,
        long: "12345678901234567.10",
        wide: "-10000000000000000000000000000.07",
        whole: 10n ** 17n + 1n,
        nested: [],
      },
      {
        short: 5,
        long: 0,
        wide: "12345678901234567.00",
        whole: -1,
        nested: [2.5, null],
      },
    ];

    test("are the numbers that they say, and text or bigints where a number would lose digits", async () => {
      expect(await read(file)).toEqual(expected);
      const groups = [];
      for await (const group of columnsOf(fileOf(file), {}, source))
        groups.push(group);
      expect(groups.map(({ names, types }) => [names, types])).toEqual([
        [["short", "long", "wide", "whole", "nested"], { short: "REAL" }],
      ]);
      expect(
        groups[0]!.values.map((column) => Array.from(column, (v) => v ?? null)),
      ).toEqual(
        (["short", "long", "wide", "whole", "nested"] as const).map((name) =>
          expected.map((row) => row[name]),
        ),
      );
    });

    test("stay numbers where bytes are read as text, in files that do not mark text", async () => {
      const text = new TextEncoder();
      const mixed = new Uint8Array(
        parquetWriteBuffer({
          schema: [
            { name: "root", num_children: 3 },
            { name: "name", type: "BYTE_ARRAY", repetition_type: "OPTIONAL" },
            decimal("price", "BYTE_ARRAY"),
            {
              name: "tags",
              repetition_type: "OPTIONAL",
              num_children: 1,
              converted_type: "LIST",
            },
            { name: "list", repetition_type: "REPEATED", num_children: 1 },
            {
              name: "element",
              type: "BYTE_ARRAY",
              repetition_type: "OPTIONAL",
            },
          ] as never,
          columnData: [
            { name: "name", data: [text.encode("é"), null] },
            {
              name: "price",
              data: [115n, -1n],
            },
            { name: "tags", data: [[text.encode("a"), null], null] },
          ],
        }),
      );
      const options = { binaryAsText: true };
      const rows = [
        { name: "é", price: 1.15, tags: ["a", null] },
        { name: null, price: -0.01, tags: null },
      ];
      expect(await read(mixed, options)).toEqual(rows);
      expect(
        await read(mixed, { ...options, filter: { name: { $eq: "é" } } }),
      ).toEqual(rows.slice(0, 1));
      for await (const { names, values } of columnsOf(
        fileOf(mixed),
        options,
        source,
      ))
        expect(
          rows.map((_, row) =>
            Object.fromEntries(
              names.map((name, at) => [name, values[at]![row] ?? null]),
            ),
          ),
        ).toEqual(rows);
    });

    test.each([
      [{ short: { $eq: 1.15 } }, [1.15]],
      [{ wide: { $lt: 0 } }, [-0.05]],
      [{ short: { $gt: -1 }, whole: { $lt: 29 } }, [5]],
      [{ whole: { $in: [10n ** 17n + 1n] } }, [-0.05]],
    ])("can be filtered by %o", async (filter, found) => {
      expect(await read(file, { columns: ["short"], filter })).toEqual(
        found.map((short) => ({ short })),
      );
    });
  });

  test("whole numbers in nested values are the same whether or not the first row has a value", async () => {
    for (const first of [null, { id: 1n }]) {
      const bytes = new Uint8Array(
        parquetWriteBuffer({
          schema: [
            { name: "root", num_children: 1 },
            { name: "n", repetition_type: "OPTIONAL", num_children: 1 },
            { name: "id", type: "INT64", repetition_type: "OPTIONAL" },
          ],
          columnData: [{ name: "n", data: [first, { id: 2n }] }],
        }),
      );
      const values: unknown[] = [];
      for await (const group of columnsOf(fileOf(bytes), {}, source))
        values.push(...Array.from(group.values[0]!));
      expect(values.at(-1)).toEqual({ id: 2 });
    }
  });

  test("whole numbers that a fraction would take digits of are refused", async () => {
    const rows = [{ a: 0.5 }, { a: 7n }, { a: 2n ** 53n + 1n }];
    expect(() => write(rows)).toThrow(
      'Row 3, column a: 9007199254740993n would lose digits among numbers with fractions. Declare what all of them are: { types: { a: "TEXT" } }.',
    );
    expect(await read(write(rows.slice(0, 2)))).toEqual([{ a: 0.5 }, { a: 7 }]);
    expect(await read(write(rows, { types: { a: "REAL" } }))).toEqual([
      { a: 0.5 },
      { a: 7 },
      { a: 2 ** 53 },
    ]);
  });

  test("nested values keep all digits, and bytes of any kind are bytes", async () => {
    const bytes = Uint8Array.of(1, 2);
    const rows = [{ v: { big: 2n ** 60n, bytes, one: 1n } }, { v: [] }];
    expect(await read(write(rows))).toEqual([
      { v: { big: "1152921504606846976", bytes: "AQI=", one: 1 } },
      { v: [] },
    ]);
    expect(await read(write([{ v: bytes.buffer }]))).toEqual([{ v: bytes }]);
    expect(
      await read(write([{ v: bytes }, { v: "x" }], { types: { v: "TEXT" } })),
    ).toEqual([{ v: "AQI=" }, { v: "x" }]);
    expect(() => write([{ v: { f: new Date(NaN) } }])).toThrow(
      "Row 1, column v cannot be written as JSON: its field f is an invalid Date.",
    );
    expect(() => write([{ v: () => 1 }])).toThrow(
      "Row 1, column v cannot be written as JSON: it is a function.",
    );
    expect(() =>
      write([{ v: new Date(NaN) }], { types: { v: "TEXT" } }),
    ).toThrow("Row 1, column v: an invalid Date does not fit STRING.");
  });

  test("columns and fields may be called as what every object has", async () => {
    const rows = [
      '{"__proto__":1.5,"constructor":"x","a":1}',
      '{"a":2}',
      '{"__proto__":2,"a":3}',
    ].map((text) => JSON.parse(text) as object);
    const file = await write(rows);
    const told = async (options = {}) =>
      JSON.stringify(await read(file, options));
    expect(await told()).toBe(
      '[{"__proto__":1.5,"constructor":"x","a":1},{"__proto__":null,"constructor":null,"a":2},{"__proto__":2,"constructor":null,"a":3}]',
    );
    const columns = ["__proto__"];
    expect(await told({ columns })).toBe(
      '[{"__proto__":1.5},{"__proto__":null},{"__proto__":2}]',
    );
    const groups = columnsOf(fileOf(file), { columns }, source);
    for await (const { names, types, values } of groups)
      expect([
        names,
        Object.keys(types ?? {}),
        values.map((list) => Array.from(list)),
      ]).toEqual([columns, columns, [[1.5, null, 2]]]);
  });

  test("what unpacks rare codecs is loaded for those only", async () => {
    const rows = [{ a: "x".repeat(100) }];
    await read(write(rows));
    expect(loads).toBe(0);
    const packed = new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: "a", data: rows.map(({ a }) => a), type: "STRING" },
        ],
        codec: "GZIP",
        compressors: { GZIP: (bytes) => new Uint8Array(gzipSync(bytes)) },
      }),
    );
    expect(await read(packed)).toEqual(rows);
    expect(loads).toBe(1);
  });

  test("a column of nulls is read whatever it is packed with", async () => {
    const file = Uint8Array.from(
      readFileSync("test/fixtures/nulls.lz4.parquet"),
    );
    expect(await read(file)).toEqual([
      { a: 1, n: null },
      { a: 2, n: null },
    ]);
  });

  test("a column of a type that is not known says so, and the others can be read", async () => {
    const file = Uint8Array.from(
      readFileSync("test/fixtures/interval.parquet"),
    );
    await expect(read(file)).rejects.toThrow(
      /^a\.parquet has columns of types that cannot be read: \w+ \(INTERVAL\)\. Read the others: \{ columns: \["a"\] \}\.$/,
    );
    await expect(read(file, { columns: ["a", "span"] })).rejects.toThrow(
      /of types that cannot be read: span \(INTERVAL\)/,
    );
    expect(await read(file, { columns: ["a"] })).toEqual([{ a: 1 }]);
  });

  test("text that a file does not mark as text is bytes, unless it is told to be text", async () => {
    const bytes = write([{ a: new TextEncoder().encode("é") }]);
    expect(await read(bytes)).toEqual([{ a: new TextEncoder().encode("é") }]);
    expect(await read(bytes, { binaryAsText: true })).toEqual([{ a: "é" }]);
  });

  test("a damaged file whose parts are at places that are no numbers is told so, and no Blob is asked for them", async () => {
    const rows = Array.from({ length: 3000 }, (_, i) => ({
      id: i,
      name: `k${i % 7}`,
      share: i / 3,
      list: [1, 2, i],
    }));
    const whole = await write(rows);
    const asked: unknown[] = [];
    let refused = 0;
    for (let at = whole.length - 400; at < whole.length - 8; at += 1) {
      const bytes = whole.slice();
      bytes[at] = 0x80;
      const file = fileOf(bytes);
      const slice = (start: number, end?: number) => {
        asked.push(start, end ?? 0);
        return file.slice(start, end);
      };
      await readParquet({ ...file, slice }, {}, source).catch(
        (error: Error) => {
          if (error.message.includes("no whole number")) refused += 1;
        },
      );
    }
    expect(asked.filter((place) => !Number.isInteger(place))).toEqual([]);
    expect(refused).toBeGreaterThan(0);
  });

  test("says what is wrong with a file, an option or a row", async () => {
    const bytes = write([{ a: 1 }]);
    await expect(read(bytes.subarray(0, 20))).rejects.toThrow(
      /^a\.parquet cannot be read as Parquet: /,
    );
    for (const [options, message] of [
      [{ columns: ["b"] }, /a\.parquet has no column b\. It has a\./],
      [{ columns: "a" }, /columns must be a list/],
      [{ rowStart: -1 }, /rowStart must be a whole number/],
      [{ filter: { b: { $gt: 1 } } }, /has no column b/],
      [{ filter: { a: 1 } }, /write \{ a: \{ \$eq: 1 \} \}/],
      [{ filter: { a: { $like: "x" } } }, /There is no \$like/],
      [{ filter: { $or: { a: 1 } } }, /\$or takes a list/],
      [{ filter: 5 }, /It is not 5/],
    ] as const)
      await expect(read(bytes, options)).rejects.toThrow(message);
    expect(() => write([{ a: 1 }, { a: "x" }])).toThrow(
      'Row 2, column a: "x" is of another type than the values above it. Declare what all of them are: { types: { a: "TEXT" } }.',
    );
    expect(() => write([{ a: "x" }], { types: { a: "INTEGER" } })).toThrow(
      /^Row 1, column a: "x" does not fit INT64/,
    );
    expect(() => write([{ a: 1 }], { types: { a: "DATE" } })).toThrow(
      /must be "INTEGER"/,
    );
    expect(() => write([])).toThrow(/needs columns/);
    expect(await read(write([], { columns: ["a"] }))).toEqual([]);
    expect(
      await read(write([{ a: 1 }, { a: "x" }], { types: { a: "TEXT" } })),
    ).toEqual([{ a: "1" }, { a: "x" }]);
  });
});

describe("Excel", () => {
  const read = (
    bytes: Uint8Array,
    options: Record<string, unknown> = {},
    warn: (message: string) => void = (message) => {
      throw new Error(message);
    },
  ) => readExcel(blobOf(bytes), options, { name: "a.xlsx", warn });

  test("what toExcel writes is read back: dates as dates, codes as text", async () => {
    const rows = [
      {
        id: 1,
        code: "007",
        at: new Date(Date.UTC(2024, 1, 29, 13, 45, 30)),
        ok: true,
        x: 0.1,
      },
      { id: 2, code: '<&"> é😀', at: null, ok: false, x: -1e-7 },
    ];
    expect(await read(await toExcel(rows, {}))).toEqual(rows);
  });

  test("texts keep the space around them", async () => {
    const rows = [
      { a: " x ", b: 1 },
      { a: "\tb\n", b: 2 },
    ];
    expect(await read(await toExcel(rows, {}))).toEqual(rows);
  });

  test("texts are the same whatever characters they have, as far as they are characters", async () => {
    const texts = ["a\0b\x01", "_x0041_ _x", "a\rb\r\nc", "\x85\x9f"];
    texts.push("\ufffd\ufffe\ufdd0", "\u{1fffe}x", "<&>\"'", "x_X005f_");
    const rows = texts.map((text, id) => ({ id, _x0041_: text }));
    expect(await read(await toExcel(rows, {}))).toEqual(rows);
    const halves = [{ a: "a\udc00\udc00" }, { a: "\ud800b" }];
    expect(await read(await toExcel(halves, {}))).toEqual([
      { a: "a\ufffd\ufffd" },
      { a: "\ufffdb" },
    ]);
  });

  test("days that Excel has no date for are text, bytes base64, and nested values JSON", async () => {
    const day = (text: string) => ({ at: new Date(text) });
    const rows = [day("1900-03-01"), day("9999-12-31T23:59:59Z")];
    expect(await read(await toExcel(rows, {}))).toEqual(rows);
    const others = [day("1900-02-28"), day("+010000-01-01")];
    expect(await read(await toExcel([...others, { at: 1 }], {}))).toEqual([
      { at: "1900-02-28T00:00:00.000Z" },
      { at: "+010000-01-01T00:00:00.000Z" },
      { at: 1 },
    ]);
    const bytes = Uint8Array.of(1, 2);
    const values = [bytes, bytes.buffer, { big: 2n ** 60n, bytes, one: 1n }];
    expect(
      await read(
        await toExcel(
          values.map((v) => ({ v })),
          {},
        ),
      ),
    ).toEqual([
      { v: "AQI=" },
      { v: "AQI=" },
      { v: '{"big":"1152921504606846976","bytes":"AQI=","one":1}' },
    ]);
  });

  /** A file of toExcel's with its times written in another way. */
  function rewriteTimes(file: Uint8Array, write: (days: string) => string) {
    const parts = unzipSync(file);
    const path = "xl/worksheets/sheet1.xml";
    parts[path] = strToU8(
      strFromU8(parts[path]!).replace(
        /<v>(\d{2,}(?:\.\d+)?)<\/v>/g,
        (_, days: string) => `<v>${write(days)}</v>`,
      ),
    );
    return zipSync(parts);
  }

  test("a title above the names of the columns is told of, and left out by skip", async () => {
    const rows = [
      [null, null, null],
      ["code", "city", "sum"],
      ["a", "Bonn", 1.5],
    ].map(([Report, a, b]) => ({ Report, " ": a, "  ": b }));
    const file = await toExcel(rows, {});
    const told: string[] = [];
    await read(file, {}, (message) => void told.push(message));
    expect(told).toEqual([
      "Row 1 of a.xlsx names 1 of 3 columns. If it is a title, say that the names of the columns are in row 3: { skip: 2 }.",
    ]);
    expect(await read(file, { skip: 2 })).toEqual([
      { code: "a", city: "Bonn", sum: 1.5 },
    ]);
    await expect(read(file, { skip: "2" })).rejects.toThrow(
      "skip is how many rows",
    );
  });

  test("empty rows between others are rows, and those behind them are not", async () => {
    const empty = { a: null, b: null };
    const rows = [empty, { a: 1, b: null }, empty, empty, { a: " ", b: 2 }];
    expect(await read(await toExcel([...rows, empty], {}))).toEqual(rows);
    expect(
      await read(await toExcel(rows, {}), { header: ["x", "y"] }),
    ).toHaveLength(6);
  });

  test("a table that begins further down and to the right has its own columns", async () => {
    const cells = [
      '<row r="5"><c r="C5" t="inlineStr"><is><t>a</t></is></c><c r="E5" t="inlineStr"><is><t>b</t></is></c></row>',
      '<row r="6"><c r="C6"><v>1</v></c></row>',
      '<row r="8"><c r="B8" t="inlineStr"><is><t> </t></is></c><c r="C8"><v>2</v></c><c r="E8"><v>3</v></c></row>',
    ];
    const parts = unzipSync(readFileSync("test/fixtures/sheets.xlsx"));
    const path = "xl/worksheets/sheet1.xml";
    parts[path] = strToU8(
      strFromU8(parts[path]!).replace(
        /<sheetData>.*<\/sheetData>/s,
        `<sheetData>${cells.join("")}</sheetData>`,
      ),
    );
    expect(await read(zipSync(parts))).toEqual([
      { a: 1, column2: null, b: null },
      { a: null, column2: null, b: null },
      { a: 2, column2: null, b: 3 },
    ]);
  });

  test("times are the milliseconds that they were, however programs write the fraction of a day", async () => {
    const time = fc.integer({
      min: Date.UTC(1900, 2, 1),
      max: Date.UTC(9999, 11, 31, 23, 59, 59, 999),
    });
    const recent = fc.integer({
      min: Date.UTC(1980, 0, 1),
      max: Date.UTC(2060, 0, 1),
    });
    const times = fc.array(fc.oneof(recent, time), {
      minLength: 500,
      maxLength: 500,
    });
    await fc.assert(
      fc.asyncProperty(times, async (times) => {
        const rows = times.map((time) => ({ at: new Date(time) }));
        const file = await toExcel(rows, {});
        expect(await read(file)).toEqual(rows);
        // As LibreOffice writes them.
        const short = rewriteTimes(file, (days) =>
          String(Number(Number(days).toPrecision(15))),
        );
        expect(await read(short)).toEqual(rows);
        // As openpyxl makes them: of whole days, and of seconds with a fraction.
        const made = rows.map(({ at }) => {
          const time = at.getTime() - Date.UTC(1899, 11, 30);
          const days = Math.floor(time / 86_400_000);
          const milliseconds = time - days * 86_400_000;
          const seconds = Math.floor(milliseconds / 1000);
          const micros = (milliseconds % 1000) * 1000;
          return days + (seconds + micros / 1e6) / 86_400;
        });
        let at = 0;
        const other = rewriteTimes(file, () => String(made[at++]));
        expect(await read(other)).toEqual(rows);
      }),
      { numRuns: 5 },
    );
  });

  test("times of a file that counts its days from 1904 on are right to the millisecond", async () => {
    const rows = [
      { at: new Date("2024-02-29T13:45:30.500Z") },
      { at: new Date("1999-12-31T23:59:59.999Z") },
    ];
    const parts = unzipSync(
      rewriteTimes(await toExcel(rows, {}), (days) =>
        String(Number(days) - 1462),
      ),
    );
    const path = "xl/workbook.xml";
    parts[path] = strToU8(
      strFromU8(parts[path]!)
        .replace(/<workbookPr[^>]*\/>/, "")
        .replace(/(<workbook\b[^>]*>)/, '$1<workbookPr date1904="1"/>'),
    );
    expect(await read(zipSync(parts))).toEqual(rows);
  });

  test("a file that Excel would write has sheets, formulas, shared texts and gaps", async () => {
    const bytes = readFileSync("test/fixtures/sheets.xlsx");
    const told: string[] = [];
    const rows = await read(bytes, {}, (message) => told.push(message));
    expect(told).toEqual([
      "1 cell of a.xlsx holds an error and is read as null: #N/A in E2.",
    ]);
    expect(rows).toEqual([
      {
        id: 1,
        day: new Date(Date.UTC(2024, 1, 29)),
        double: 2,
        text: "ab",
        error: null,
      },
      { id: 2, day: null, double: 4, text: "007", error: null },
      { id: null, day: null, double: null, text: null, error: null },
      { id: 3, day: null, double: null, text: null, error: null },
    ]);
    expect(await read(bytes, { sheet: "Second sheet", header: false })).toEqual(
      [
        { column1: "a", column2: null },
        { column1: 5, column2: "b" },
      ],
    );
    expect(await read(bytes, { sheet: 2, header: ["x"] })).toEqual([
      { x: "a", column2: null },
      { x: 5, column2: "b" },
    ]);
    expect(await read(bytes, { sheet: 3 })).toEqual([]);
  });

  /** The fixture with these cells in its first sheet. */
  function withCells(cells: string, parts: Record<string, Uint8Array> = {}) {
    const all = unzipSync(readFileSync("test/fixtures/sheets.xlsx"));
    const path = "xl/worksheets/sheet1.xml";
    const sheet = strFromU8(all[path]!).replace(
      /<sheetData>.*<\/sheetData>/s,
      `<sheetData><row r="1">${cells}</row></sheetData>`,
    );
    return zipSync({ ...all, ...parts, [path]: strToU8(sheet) });
  }

  test.each(["99", "1.5", "x", "-1"])(
    "a cell of the style %s, which the file has not, is read as if it had none",
    async (style) => {
      const file = withCells(
        `<c r="A1" s="${style}"><v>5</v></c><c r="B1" s="1"><v>61</v></c>`,
      );
      expect(await read(file, { header: false })).toEqual([
        { column1: 5, column2: new Date(Date.UTC(1900, 2, 1)) },
      ]);
    },
  );

  test("a file without styles is read", async () => {
    const styles = { "xl/styles.xml": strToU8("<styleSheet></styleSheet>") };
    const file = withCells(`<c r="A1" s="1"><v>5</v></c>`, styles);
    expect(await read(file, { header: false })).toEqual([{ column1: 5 }]);
  });

  test.each([
    [1, "1900-01-01T00:00:00.000Z"],
    [1.5, "1900-01-01T12:00:00.000Z"],
    [31, "1900-01-31T00:00:00.000Z"],
    [59, "1900-02-28T00:00:00.000Z"],
    [59.75, "1900-02-28T18:00:00.000Z"],
    [61, "1900-03-01T00:00:00.000Z"],
    [-0.5, "1899-12-29T12:00:00.000Z"],
  ])(
    "day %s of Excel, which counts a 29th of February 1900, is %s",
    async (count, day) => {
      const file = withCells(`<c r="A1" s="1"><v>${count}</v></c>`);
      expect(await read(file, { header: false })).toEqual([
        { column1: new Date(day) },
      ]);
    },
  );

  /** A row of a sheet with these number formats and cells; the styles of cells are the formats in their order. */
  const readFormatted = async (
    formats: readonly (readonly [id: number, code?: string])[],
    values: readonly number[],
  ) => {
    const own = formats.flatMap(([id, code]) =>
      code ? `<numFmt numFmtId="${id}" formatCode="${code}"/>` : [],
    );
    const styles = formats.map(([id]) => `<xf numFmtId="${id}"/>`);
    const cells = values.map(
      (value, at) =>
        `<c r="${String.fromCharCode(65 + at)}1" s="${at}"><v>${value}</v></c>`,
    );
    const file = withCells(cells.join(""), {
      "xl/styles.xml": strToU8(
        `<styleSheet><numFmts>${own.join("")}</numFmts><cellXfs>${styles.join("")}</cellXfs></styleSheet>`,
      ),
    });
    const [row] = await read(file, { header: false });
    return Object.values(row!);
  };

  test("a file's own number formats count, also under ids that are others' elsewhere", async () => {
    const formats = [
      [60, "yyyy-mm-dd"],
      [61, "dd.mm.yyyy hh:mm"],
      [62, "[$-409]d-mmm-yy;@"],
      [63, "[h]:mm"],
      [64, "0.00"],
      [14, "0"],
      [15],
      [46],
    ] as const;
    const day = (time: string) => new Date(`${time}Z`);
    expect(await readFormatted(formats, Array(8).fill(100.5))).toEqual([
      ...Array<Date>(3).fill(day("1900-04-09T12:00")),
      ...[100.5, 100.5, 100.5, day("1900-04-09T12:00"), 100.5],
    ]);
  });

  test("times of day are text, to the millisecond", async () => {
    const times = [0.5, 0, 0.573_263_888_888_889, 0.250_000_011_574_074];
    const long = [0.999_999_999_9, 1.5];
    expect(
      await readFormatted(
        [[20], [21], [164, "hh:mm:ss"], [165, "h:mm AM/PM"], [21], [21]],
        [...times, ...long],
      ),
    ).toEqual([
      ...["12:00:00", "00:00:00", "13:45:30", "06:00:00.001"],
      ...["23:59:59.999", new Date("1900-01-01T12:00Z")],
    ]);
  });

  test("formulas that no program has calculated are told, of the sheet that is read", async () => {
    const parts = unzipSync(readFileSync("test/fixtures/sheets.xlsx"));
    const path = "xl/worksheets/sheet1.xml";
    const cells = [
      '<c r="A1"><v>1</v></c><c r="B1" s="1"/>',
      '<c r="C1"><f>A1*2</f></c>',
      '<c r="D1"><f>A1&lt;3</f><v></v></c><c r="E1"><f>A1</f><v/></c>',
      '<c r="F1" t="str"><f t="shared" si="0"/></c>',
      '<c r="G1" t="str"><f>IF(A1,"","x")</f><v></v></c>',
      '<c r="H1"><f t="array" ref="H1">A1</f><v>1</v></c>',
    ];
    const file = zipSync({
      ...parts,
      [path]: strToU8(
        strFromU8(parts[path]!).replace(
          /<sheetData>.*<\/sheetData>/s,
          `<sheetData><row r="1">${cells.join("")}</row></sheetData>`,
        ),
      ),
    });
    const told: string[] = [];
    const rows = await read(file, { header: false }, (message) =>
      told.push(message),
    );
    expect(rows).toEqual([
      expect.objectContaining({ column1: 1, column3: null, column8: 1 }),
    ]);
    expect(told).toEqual([
      "4 formulas of a.xlsx were never calculated (the first in C1) and are read as null. Open the file in a program for tables and save it there.",
    ]);
    await read(file, { sheet: 2 });
  });

  test("durations are numbers of days, whatever their format, and errors are told with their places", async () => {
    const parts = unzipSync(readFileSync("test/fixtures/sheets.xlsx"));
    const path = "xl/worksheets/sheet1.xml";
    const change = (name: string, from: RegExp, to: string) =>
      strToU8(strFromU8(parts[name]!).replace(from, to));
    const formats = ["[h]:mm", "[mm]:ss;@", "yyyy-mm-dd hh:mm"].map(
      (code, at) => `<numFmt numFmtId="${190 + at}" formatCode="${code}"/>`,
    );
    const styles = [46, 190, 191, 192].map(
      (id) => `<xf numFmtId="${id}" applyNumberFormat="1"/>`,
    );
    const cells = [
      '<c r="A1" s="0"><v>1.5</v></c><c r="B1" s="1"><v>1.5</v></c>',
      '<c r="C1" s="1"><v>0.25</v></c><c r="D1" s="2"><v>0.25</v></c>',
      '<c r="E1" s="3"><v>45000.25</v></c>',
      '<c r="F1" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
      '<c r="G1" t="e"><v>#N/A</v></c><c r="H1"><v>1</v></c>',
    ];
    const file = zipSync({
      ...parts,
      "xl/styles.xml": strToU8(
        `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="3">${formats.join("")}</numFmts><cellXfs count="4">${styles.join("")}</cellXfs></styleSheet>`,
      ),
      [path]: change(
        path,
        /<sheetData>.*<\/sheetData>/s,
        `<sheetData><row r="1">${cells.join("")}</row></sheetData>`,
      ),
    });
    const told: string[] = [];
    const [row] = await read(file, { header: false }, (message) =>
      told.push(message),
    );
    expect(Object.values(row!)).toEqual([
      ...[1.5, 1.5, 0.25, 0.25],
      new Date("2023-03-15T06:00Z"),
      ...[null, null, 1],
    ]);
    expect(told).toEqual([
      "2 cells of a.xlsx hold errors and are read as null: #DIV/0! in F1 and #N/A in G1.",
    ]);
  });

  test("rows are many, also where reading takes long, and a sheet that is a chart is passed over", async () => {
    const parts = unzipSync(readFileSync("test/fixtures/sheets.xlsx"));
    const links = "xl/_rels/workbook.xml.rels";
    const path = "xl/worksheets/sheet2.xml";
    const count = 200_000;
    const lines = Array.from(
      { length: count },
      (_, at) => `<row r="${at + 1}"><c r="A${at + 1}"><v>${at}</v></c></row>`,
    ).join("");
    const file = zipSync({
      ...parts,
      [links]: strToU8(
        strFromU8(parts[links]!).replace(
          /(relationships\/)worksheet("[^>]*sheet1\.xml)/,
          "$1chartsheet$2",
        ),
      ),
      [path]: strToU8(
        strFromU8(parts[path]!).replace(
          /<sheetData>.*<\/sheetData>/s,
          `<sheetData>${lines}</sheetData>`,
        ),
      ),
    });
    // On a machine that is busy with something else each piece of work takes long.
    let now = 0;
    const clock = vi.spyOn(Date, "now").mockImplementation(() => (now += 10));
    const rows = await read(file, { header: ["n"] });
    clock.mockRestore();
    expect([rows.length, rows.at(-1)]).toEqual([count, { n: count - 1 }]);
    await expect(read(file, { sheet: 1 })).rejects.toThrow(
      /^The sheet ".*" of a\.xlsx holds a chart and no cells\. Sheets with cells are Second sheet/,
    );
  });

  test("says what is wrong", async () => {
    const bytes = await toExcel([{ a: 1 }], { sheet: "Mine" });
    await expect(read(bytes, { sheet: "Yours" })).rejects.toThrow(
      'a.xlsx has no sheet "Yours". It has Mine: write a name, or a place from 1 on.',
    );
    await expect(read(Uint8Array.from([1, 2, 3]))).rejects.toThrow(
      /^a\.xlsx cannot be read as an \.xlsx file/,
    );
    await expect(toExcel([{ a: 1 }], { sheet: "a/b" })).rejects.toThrow(
      /without any of/,
    );
    await expect(toExcel([{ a: "x".repeat(40_000) }], {})).rejects.toThrow(
      /^Row 1, column a: the text has 40000 characters/,
    );
  });
});

describe("SQLite files", () => {
  test("what toSqlite writes is read back, by table or by query", async () => {
    const planes = [
      {
        id: 1,
        big: 2n ** 60n,
        x: 0.5,
        'odd "name"': "é",
        bytes: Uint8Array.from([1]),
      },
      { id: 5e9, big: null, x: 3, 'odd "name"': null, bytes: null },
    ];
    const file = await toSqlite({
      planes,
      "my log": [
        { at: new Date(0), ok: true, v: { a: 1 }, mixed: 1 },
        { mixed: "x" },
      ],
    });
    expect(await readSqlite(file, "planes", "a.db")).toEqual(planes);
    expect(await readSqlite(file, "my log", "a.db")).toEqual([
      { at: "1970-01-01T00:00:00.000Z", ok: 1, v: '{"a":1}', mixed: 1 },
      { at: null, ok: null, v: null, mixed: "x" },
    ]);
    expect(
      await readSqlite(
        file,
        "SELECT typeof(id) AS t, id, id FROM planes WHERE x > 1",
        "a.db",
      ),
    ).toEqual([{ t: "integer", id: 5e9, id_2: 5e9 }]);
  });

  test("a file has texts in UTF-8, bytes of any kind, and whole numbers of any size", async () => {
    const bytes = Uint8Array.of(1, 2);
    const rows = [bytes, bytes.buffer, new Uint16Array([513])].map((v) => ({
      v,
    }));
    const file = await toSqlite({
      rows,
      others: [{ a: "x\ud800", b: 2n ** 70n, c: [2n ** 60n, bytes] }],
    });
    expect(
      await readSqlite(file, "SELECT DISTINCT hex(v) AS v FROM rows", "a.db"),
    ).toEqual([{ v: "0102" }]);
    expect(
      await readSqlite(file, "SELECT hex(a) AS a, b, c FROM others", "a.db"),
    ).toEqual([
      {
        a: "78EFBFBD",
        b: "1180591620717411303424",
        c: '["1152921504606846976","AQI="]',
      },
    ]);
  });

  test("says which names and values a file cannot have", async () => {
    const problemOf = (tables: object) =>
      toSqlite(tables).then(
        () => undefined,
        (error: Error) => error.message,
      );
    expect(await problemOf({ t: [{ ID: 1, id: 2 }] })).toBe(
      'The table "t" has the columns ID and id, which are one name to SQLite, as it does not tell capitals apart. Call one of them otherwise.',
    );
    expect(await problemOf({ t: [{ a: 1 }], T: [{ a: 1 }] })).toBe(
      "toSqlite was given the tables t and T, which are one name to SQLite, as it does not tell capitals apart. Call one of them otherwise.",
    );
    expect(await problemOf({ t: [{ É: 1, é: 2 }] })).toBeUndefined();
    expect(await problemOf({ SQLite_a: [{ a: 1 }] })).toMatch(
      /^The table "SQLite_a" has a name that SQLite keeps for itself/,
    );
    expect(await problemOf({ t: [{ "a\0b": 1 }] })).toMatch(/NUL character/);
    const wide = Array.from({ length: 2001 }, (_, index) => [index, index]);
    expect(await problemOf({ t: [Object.fromEntries(wide)] })).toMatch(
      /^The table "t" has 2001 columns, and one of SQLite holds 2000\./,
    );
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    expect(await problemOf({ t: [{ a: circle }] })).toMatch(
      /^Row 1, column a of the table t cannot be written as JSON: Converting circular structure to JSON\. Write data only/,
    );
    expect(await problemOf({ t: [{ a: () => 1 }] })).toMatch(
      /cannot be written as JSON: it is a function\./,
    );
  });

  test("says why a table or a view cannot be read", async () => {
    const SQL = await initSqlJs();
    const database = new SQL.Database();
    database.run(`
      CREATE VIEW broken AS SELECT * FROM gone;
      PRAGMA writable_schema = ON;
      INSERT INTO sqlite_schema VALUES ('table', 'boxes', 'boxes', 0, 'CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1)');
      PRAGMA writable_schema = RESET;
    `);
    const file = database.export();
    database.close();
    await expect(readSqlite(file, "broken", "a.db")).rejects.toThrow(
      "The table broken of a.db failed: no such table: main.gone. It has the tables broken and boxes.",
    );
    await expect(readSqlite(file, "boxes", "a.db")).rejects.toThrow(
      /^The table boxes of a\.db failed: no such module: rtree\. It is a table of an extension/,
    );
  });

  test("says what is wrong, and which tables there are", async () => {
    const file = await toSqlite({ a: [{ x: 1 }] });
    await expect(readSqlite(file, "b", "a.db")).rejects.toThrow(
      "a.db has no table b. It has a.",
    );
    await expect(readSqlite(file, "SELECT y FROM a", "a.db")).rejects.toThrow(
      /^The query on a\.db failed: no such column: y/,
    );
    await expect(readSqlite(file, undefined, "a.db")).rejects.toThrow(
      /takes the name of a table or a query/,
    );
    const large = await toSqlite({
      t: Array.from({ length: 2_000 }, (_, x) => ({
        x,
        text: "text ".repeat(9),
      })),
    });
    large.fill(0xff, 3 * 4096, 5 * 4096);
    await expect(readSqlite(large, "t", "a.db")).rejects.toThrow(
      "The table t of a.db failed: database disk image is malformed. Get the file again if it may be damaged or cut, or repair it with the sqlite3 program (.recover).",
    );
    await expect(readSqlite(large, "SELECT json('{')", "a.db")).rejects.toThrow(
      "malformed JSON. It has the tables t.",
    );
    await expect(
      readSqlite(new TextEncoder().encode("no database at all"), "a", "a.db"),
    ).rejects.toThrow(/^a\.db cannot be read as an SQLite file/);
    await expect(toSqlite([1])).rejects.toThrow(/rows by table/);
    await expect(toSqlite({ a: [] })).rejects.toThrow(/no rows/);
  });

  test("of a file whose newest rows may be in a log beside it that is said where something is missing", async () => {
    const file = await toSqlite({ a: [{ x: 1 }] });
    file[18] = file[19] = 2;
    expect(await readSqlite(file, "a", "a.db")).toEqual([{ x: 1 }]);
    for (const query of ["b", "SELECT * FROM b", "SELECT y FROM a"])
      await expect(readSqlite(file, query, "a.db")).rejects.toThrow(
        /It has (the tables )?a\. What was written to it last may still be in a\.db-wal beside it/,
      );
    await expect(readSqlite(file, "SELECT json('{')", "a.db")).rejects.toThrow(
      /malformed JSON\. It has the tables a\.$/,
    );
  });

  test("a text of several statements is refused, and one that gives no rows; a semicolon at the end is none", async () => {
    const file = await toSqlite({ a: [{ x: 1 }], b: [{ x: 2 }] });
    const read = (query: string) => readSqlite(file, query, "a.db");
    for (const query of ["SELECT x FROM a;", "SELECT x FROM a; -- all; of it"])
      expect(await read(query)).toEqual([{ x: 1 }]);
    await expect(read("SELECT x FROM a; SELECT x FROM b")).rejects.toThrow(
      "readSqlite takes one query, and this text has several statements. Read each by a readSqlite of its own.",
    );
    await expect(read("SELECT x FROM a; garbage")).rejects.toThrow(
      'The query on a.db failed: near "garbage": syntax error.',
    );
    await expect(read("DELETE FROM a")).rejects.toThrow(
      "readSqlite reads rows, and this statement gives none: a file is not changed here. Give it a SELECT, or the name of a table.",
    );
  });
});

test.each<[string, (rows: object[]) => unknown]>([
  ["toCsv", (rows) => toCsv(rows)],
  ["toNdjson", (rows) => toNdjson(rows)],
  ["toExcel", (rows) => toExcel(rows, {})],
  ["toSqlite", (rows) => toSqlite({ t: rows })],
  ["toParquet", (rows) => toParquet(rows, {})],
])("%s refuses an invalid Date, by its row and column", async (_, write) => {
  const rows = [
    { id: 1, at: new Date(0) },
    { id: 2, at: new Date(NaN) },
  ];
  await expect((async () => write(rows))()).rejects.toThrow(
    /^Row 2, column at.* an? invalid Date/,
  );
  const nested = [{ id: 1, at: [{ from: new Date(0), to: new Date(NaN) }] }];
  await expect((async () => write(nested))()).rejects.toThrow(
    /^Row 1.* cannot be written as JSON: its field to is an invalid Date/,
  );
});
