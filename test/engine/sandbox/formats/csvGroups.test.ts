import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  encodeCsv,
  readCsv,
  readCsvOptions,
  streamCsvColumns,
} from "../../../../src/engine/sandbox/kernel/formats/csv.ts";
import type {
  BadLine,
  ToldSource,
} from "../../../../src/engine/sandbox/kernel/formats/badLines.ts";
import type { CsvOptions } from "../../../../src/engine/sandbox/kernel/formats/csvOptions.ts";
import { sampleLength } from "../../../../src/engine/sandbox/kernel/formats/csvDialect.ts";
import { decodePieces } from "../../../../src/engine/sandbox/kernel/formats/slices.ts";
import { checkBatch } from "../../../../src/engine/records/checkRecords.ts";
import { readRow } from "../../../../src/engine/records/readRecords.ts";
import { RecordWriter } from "../../../../src/engine/records/recordWriter.ts";

type Row = Record<string, unknown>;

async function* pieces(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += 100_000)
    yield text.slice(at, at + 100_000);
}

/** What one reading gives: its rows or its error, the bad lines that it told of, and its warnings. */
async function outcomeOf(
  given: Record<string, unknown>,
  read: (options: CsvOptions, source: ToldSource) => Promise<Row[]>,
) {
  const told: BadLine[] = [];
  const warnings: string[] = [];
  const badLines =
    given.badLines === "tell"
      ? (bad: BadLine) => void told.push(bad)
      : given.badLines;
  const source = {
    name: "a.csv",
    warn: (message: string) => void warnings.push(message),
  };
  const options = readCsvOptions({ ...given, badLines });
  const rows = await read(options, source).catch(String);
  return { rows, told, warnings };
}

const readRows = async (...given: Parameters<typeof readCsv>) =>
  (await readCsv(...given)).rows;

async function loadedRows(
  text: string,
  ...[options, source]: Parameters<Parameters<typeof outcomeOf>[1]>
): Promise<Row[]> {
  let rows: Row[] = [];
  for await (const group of streamCsvColumns(
    () => pieces(text),
    options,
    source,
  )) {
    if (group === "restart") rows = [];
    else
      for (let row = 0; row < group.rows; row += 1)
        rows.push(
          Object.fromEntries(
            group.names.map((name, index) => [name, group.values[index]![row]]),
          ),
        );
  }
  return rows;
}

const toBytes = (text: string) => new TextEncoder().encode(text);

/** The bytes in pieces of this size; a first one of `first` bytes has no need of others to be looked at. */
async function* slices(bytes: Uint8Array, size = 100_000, first = size) {
  for (let at = 0, end = first; at < bytes.length; at = end, end += size)
    yield bytes.slice(at, end);
}

/** The rows as a load gets them: as records, or as columns where the bytes are not read. */
async function encodedRows(
  bytes: Uint8Array,
  options: CsvOptions,
  source: ToldSource,
  ...[size, first]: number[]
): Promise<{ rows: Row[]; isEncoded: boolean }> {
  let rows: Row[] = [];
  let isEncoded = false;
  const writer = new RecordWriter();
  const addRow = (names: readonly string[], values: readonly unknown[]) =>
    rows.push(
      Object.fromEntries(names.map((name, index) => [name, values[index]])),
    );
  const open = () => slices(bytes, size, first);
  for await (const group of encodeCsv(
    { isUtf8: true, bytes: open, text: () => decodePieces(open()) },
    options,
    source,
  )) {
    isEncoded = group !== "restart" && "addTo" in group;
    if (group === "restart") rows = [];
    else if ("addTo" in group)
      for (let isMore = true; isMore;) {
        isMore = group.addTo(writer);
        const batch = checkBatch(writer.take(group.names));
        if (typeof batch === "string") throw new Error(batch);
        for (let row = 0; row < batch.rows; row += 1)
          addRow(group.names, readRow(batch, row, group.names.length));
      }
    else
      for (let row = 0; row < group.rows; row += 1)
        addRow(
          group.names,
          group.values.map((values) => values[row]),
        );
  }
  return { rows, isEncoded };
}

/** Rows as SQLite stores them, which knows no negative zero and no booleans. */
const stored = (rows: Row[] | string) =>
  typeof rows === "string"
    ? rows
    : rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, cell]) => [
            name,
            cell === 0 || typeof cell === "boolean" ? Number(cell) || 0 : cell,
          ]),
        ),
      );

/** So long that a few lines of it are a batch. */
const filler = "x".repeat(20_000);

const value = fc.constantFrom(
  ...["", "1", "12", "-3", "0", "1.50", "007", " 5", "9007199254740993", "1e5"],
  ...["x", "ü", '"a ""b"""', '"two\nlines"', "NaN", "Infinity", "-0"],
  ...["true", "FALSE", "True", '"false"', " true", "fals"],
);
/** Lines of one batch: a column keeps to few values there, so that its type changes late. */
const block = fc
  .tuple(
    fc.array(value, { minLength: 1, maxLength: 2 }),
    fc.array(value, { minLength: 1, maxLength: 2 }),
  )
  .chain(([ones, others]) =>
    fc.array(
      fc.oneof(
        {
          weight: 8,
          arbitrary: fc
            .tuple(fc.constantFrom(...ones), fc.constantFrom(...others))
            .map(([one, other]) => `${filler},${one},${other}`),
        },
        fc.constantFrom(`${filler},1`, "a,b,c,d", 'x,"open', "", "# no"),
      ),
      { minLength: 14, maxLength: 16 },
    ),
  );

describe("a CSV file as columns", () => {
  test("has the rows, the types and the bad lines that readCsv finds", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(block, { minLength: 1, maxLength: 4 }),
        fc.constantFrom("fail", "skip", "tell"),
        fc.constantFrom({}, { two: "INTEGER" }, { three: "TEXT" }),
        fc.constantFrom(undefined, "#"),
        fc.constantFrom([".", undefined], [",", undefined], [".", "x"]),
        fc.constantFrom([], ["1", "x", "NaN"]),
        async (
          blocks,
          badLines,
          types,
          comment,
          [decimal, thousands],
          nulls,
        ) => {
          const lines = ["one,two,three", ...blocks.flat()].join("\n");
          const text =
            decimal === "."
              ? lines
              : lines.replaceAll(",", ";").replaceAll(".", ",");
          const how = { badLines, types, comment, decimal, thousands, nulls };
          const given = { ...how, header: true };
          const columns = await outcomeOf(given, (options, source) =>
            loadedRows(text, options, source),
          );
          const rows = await outcomeOf(given, (options, source) =>
            readRows(pieces(text), options, source),
          );
          expect(columns).toEqual(rows);
          // Of bytes less is read at a time.
          const short = text.replaceAll(filler, filler.slice(0, 5000));
          const records = await outcomeOf(
            given,
            async (options, source) =>
              (await encodedRows(toBytes(short), options, source)).rows,
          );
          const shortRows = await outcomeOf(given, (options, source) =>
            readRows(pieces(short), options, source),
          );
          expect({ ...records, rows: stored(records.rows) }).toEqual({
            ...shortRows,
            rows: stored(shortRows.rows),
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  test("is read once where the first batch says the types", async () => {
    let opened = 0;
    const open = () => {
      opened += 1;
      return pieces(`a,b\n${`1,${filler}\n`.repeat(50)}`);
    };
    const source = { name: "a.csv", warn() {} };
    const groups = [];
    for await (const group of streamCsvColumns(
      open,
      readCsvOptions({}),
      source,
    ))
      groups.push(group);
    expect(groups.length).toBeGreaterThan(2);
    expect(groups).not.toContain("restart");
    expect(opened).toBe(1);
  });
});

/** Fields of a file that has nothing wrong with it, and what stands between them. */
const field = fc.oneof(
  { weight: 3, arbitrary: fc.double({ noNaN: true }).map(String) },
  { weight: 3, arbitrary: fc.integer({ min: -1e9, max: 1e9 }).map(String) },
  fc.constantFrom(
    ...["", "0", "-0", "00", "1.", ".5", "-", "+1", "1e3", "1E400", "0x10"],
    ...["0.10", "123456789012345", "1234567890123456", "9007199254740991"],
    ...["9007199254740993", "-9007199254740992", "12345678901234567890"],
    ...["12345678901234567.8", "9007199254740991.5", "-9007199254740993.25"],
    ...["+4915123456789", "+.5", "-.5", "1E-400", "0E-400", "1.e1", "0."],
    ...["0.1234567890123456789", "5e-324", "Infinity", "NaN", "\u00a07 ", " 8"],
    ...[
      "x",
      "ü",
      "日本",
      "😀",
      "a b",
      "null",
      "\u0000",
      "\ufeff",
      "127",
      "-129",
    ],
  ),
  fc.constantFrom("true", "false", "TRUE", "False", " true", "falsE ", "tru"),
  fc.string({ unit: "grapheme", maxLength: 8 }),
);

describe("a CSV file as records", () => {
  test("has the values that readCsv finds, wherever its bytes are cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }).chain((width) =>
          fc.array(fc.array(field, { maxLength: width, minLength: 1 }), {
            minLength: 1,
            maxLength: 25,
          }),
        ),
        fc.record({
          delimiter: fc.constantFrom(",", ";", "\t"),
          newline: fc.constantFrom("\n", "\r\n", "\r"),
          isQuoted: fc.boolean(),
          end: fc.boolean(),
          mark: fc.constantFrom("", "\ufeff"),
          // Pieces are put together until there is so much that they are read; the next cut is there.
          before: fc.option(fc.integer({ min: 1, max: 120 }), { freq: 4 }),
          size: fc.integer({ min: 1, max: 60 }),
          type: fc.constantFrom(undefined, "INTEGER", "REAL", "TEXT"),
          comment: fc.constantFrom(undefined, "#", "é"),
          skip: fc.constantFrom(0, 0, 1, 2),
          nulls: fc.constantFrom(
            ...[[], [], ["null", "-", "ü", "127", "true"]],
            ...[
              ["", "NaN", "-129"],
              ["a\nb", "x", "0"],
            ],
          ),
        }),
        async (
          lines,
          { delimiter, newline, isQuoted, end, mark, before, size, ...options },
        ) => {
          const width = Math.max(...lines.map(({ length }) => length));
          const { type, comment, skip, nulls } = options;
          const names = Array.from({ length: width }, (_, at) => `c${at}`);
          names.push("long");
          const long = "x".repeat(before ? sampleLength - before : 0);
          const rows = [[...names.slice(1).fill(""), long], ...lines];
          const write = (text: string) =>
            isQuoted || /["\r\n]|^#/.test(text) || text.includes(delimiter)
              ? `"${text.replaceAll('"', '""')}"`
              : text;
          const text =
            mark +
            `a "title, 2026${newline}`.repeat(skip) +
            [names, ...rows]
              .map((fields) => fields.map(write).join(delimiter))
              .join(newline) +
            (end ? newline : "");
          const given = {
            delimiter,
            comment,
            header: true,
            skip,
            types: type ? { c0: type } : {},
            badLines: "skip",
            nulls,
          };
          const encoded = await outcomeOf(
            given,
            async (options, source) =>
              (
                await encodedRows(
                  toBytes(text),
                  options,
                  source,
                  size,
                  before ? sampleLength - 1 : size,
                )
              ).rows,
          );
          const read = await outcomeOf(given, (options, source) =>
            readRows(pieces(text.slice(mark.length)), options, source),
          );
          expect({ ...encoded, rows: stored(encoded.rows) }).toEqual({
            ...read,
            rows: stored(read.rows),
          });
        },
      ),
      { numRuns: 500 },
    );
  });

  test("has 0 and 1 where all of a column is true or false, and its texts once something else comes", async () => {
    const source = { name: "a.csv", warn() {} };
    const rowsOf = async (text: string) =>
      await encodedRows(toBytes(text), readCsvOptions({}), source, 10_000);
    const flags = 'a,b\n,TRUE\nTrue,"false"\nfalse ,\n';
    expect(await rowsOf(flags)).toEqual({
      isEncoded: true,
      rows: [
        { a: null, b: 1 },
        { a: 1, b: 0 },
        { a: 0, b: null },
      ],
    });
    const long = `${flags}${"true,false\n".repeat(20_000)}1,no\n`;
    const { rows, isEncoded } = await rowsOf(long);
    expect(isEncoded).toBe(true);
    expect([...rows.slice(0, 3), rows.at(-1)]).toEqual([
      { a: "", b: "TRUE" },
      { a: "True", b: "false" },
      { a: "false ", b: "" },
      { a: "1", b: "no" },
    ]);
  });

  test("has all digits of a column that is declared INTEGER", async () => {
    const source = { name: "a.csv", warn() {} };
    const options = readCsvOptions({ types: { id: "INTEGER" } });
    const file = toBytes('id\n9007199254740993\n"-9223372036854775808"\n5.0\n');
    expect(await encodedRows(file, options, source)).toEqual({
      isEncoded: true,
      rows: [
        { id: 9007199254740993n },
        { id: -9223372036854775808n },
        { id: 5 },
      ],
    });
    for (const text of ["0x10", "1e20", "9007199254740993.0"])
      await expect(
        encodedRows(toBytes(`id\n${text}\n`), options, source),
      ).rejects.toThrow("is no whole number");
  });

  test("is read from its bytes where these are UTF-8 and no line is bad", async () => {
    const source = { name: "a.csv", warn() {} };
    const read = (bytes: Uint8Array) =>
      encodedRows(bytes, readCsvOptions({}), source);
    const good = toBytes('id,name\n1,"Köln, ""x"""\n2,\n');
    expect(await read(good)).toEqual({
      isEncoded: true,
      rows: [
        { id: 1, name: 'Köln, "x"' },
        { id: 2, name: "" },
      ],
    });
    const latin = Uint8Array.of(...toBytes("id,name\n1,K"), 0xf6, 10);
    expect(await read(latin)).toEqual({
      isEncoded: false,
      rows: [{ id: 1, name: "Kö" }],
    });
    const withDelimiter = toBytes("\ufeffsep=;\nid;name\n1;a,b\n");
    expect(await read(withDelimiter)).toEqual({
      isEncoded: false,
      rows: [{ id: 1, name: "a,b" }],
    });
  });
});
