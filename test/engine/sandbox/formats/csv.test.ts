import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FlowError } from "../../../../src/core/errors.ts";
import {
  readCsv,
  readCsvOptions,
  streamCsv,
} from "../../../../src/engine/sandbox/kernel/formats/csv.ts";
import { toCsv } from "../../../../src/engine/sandbox/kernel/formats/csvWriter.ts";
import type { BadLine } from "../../../../src/engine/sandbox/kernel/formats/badLines.ts";
import { toCell } from "../../../../src/engine/sandbox/kernel/formats/csvColumns.ts";
import { piecesOf } from "./pieces.ts";

const warnings: string[] = [];
const source = {
  name: "a.csv",
  warn: (message: string) => void warnings.push(message),
};

const parse = async (
  text: string,
  options: Record<string, unknown> = {},
  size?: number,
) =>
  (await readCsv(piecesOf(text, size), readCsvOptions(options), source)).rows;

async function batchesOf(
  text: string,
  options: Record<string, unknown> = {},
  size?: number,
) {
  const batches: object[][] = [];
  for await (const batch of streamCsv(
    piecesOf(text, size),
    readCsvOptions(options),
    source,
  ))
    batches.push(batch);
  return batches;
}

describe("readCsv", () => {
  test("makes numbers of columns that hold nothing else, and leaves codes as text", async () => {
    expect(
      await parse(
        "id,code,n,big,mixed,name\n1,007,1.5,12345678901234567890,1,x\n2,010,,1,n/a,\n",
      ),
    ).toEqual([
      {
        id: 1,
        code: "007",
        n: 1.5,
        big: "12345678901234567890",
        mixed: "1",
        name: "x",
      },
      { id: 2, code: "010", n: null, big: "1", mixed: "n/a", name: "" },
    ]);
  });

  test("a name that another column has, in capitals or not, gets a number behind it", async () => {
    expect(await parse("name,Name,name,NAME_2,é,É,\na,b,c,d,e,f,g\n")).toEqual([
      {
        name: "a",
        Name_2: "b",
        name_3: "c",
        NAME_2_2: "d",
        é: "e",
        É: "f",
        column7: "g",
      },
    ]);
  });

  test("takes what is said to mean NULL for it, in whatever column, and leaves the names as they are", async () => {
    const text = 'NA,b,c\n1,NULL,"NA"\n2,3, NA\nNA,\\N,\n';
    const nulls = ["NULL", "NA", "\\N"];
    const rows = [
      { NA: 1, b: null, c: null },
      { NA: 2, b: 3, c: " NA" },
      { NA: null, b: null, c: "" },
    ];
    for (const types of [{}, { b: "INTEGER", NA: "REAL" }])
      for (const badLines of ["fail", "skip"])
        expect(await parse(text, { nulls, types, badLines })).toEqual(rows);
    expect((await batchesOf(text, { nulls })).flat()).toEqual(rows);
    expect(() => readCsvOptions({ nulls: "NA" })).toThrow(
      'nulls is a list of what fields say that are null, such as ["NULL", "NA"], not "NA".',
    );
  });

  test("reads quotes within fields that have a backslash before them, as MySQL and Spark write them", async () => {
    const text =
      'a,b\n"he said \\"hi\\", and ""left""",1\n"C:\\dir\\\\",2\nx\\,y\\\nz,\\N\n"open,3\n';
    const rows = [
      { a: 'he said "hi", and "left"', b: 1 },
      { a: "C:\\dir\\", b: 2 },
      { a: "x,y\nz", b: null },
    ];
    for (const size of [1, 7, 1000]) {
      warnings.length = 0;
      const options = { escape: "\\", nulls: ["\\N"], badLines: "skip" };
      expect(await parse(text, options, size)).toEqual(rows);
      expect(String(warnings)).toMatch(/line 6: a quote is opened/i);
    }
    await expect(parse('a,b\n"say \\"hi\\"",1\n')).rejects.toThrow(
      'field 1 goes on behind its closing quote, which has a backslash before it: with escape: "\\\\" it is none',
    );
    expect(await parse("a\tb\nx\\\ty\t1\n'\t2\n", { escape: "\\" })).toEqual([
      { a: "x\ty", b: 1 },
      { a: "'", b: 2 },
    ]);
    expect(await parse('a,b\n"x ""y""",1\n', { escape: '"' })).toEqual([
      { a: 'x "y"', b: 1 },
    ]);
  });

  test("takes a comma for the decimal mark if it is told to, and points between thousands", async () => {
    const text =
      "id;sum;code;day;part\n1;1.234,56;1.5;01.02.2026;,5\n2;-99,90;1.2345;1.000.000;-1.000\n3;;007;x;2\n";
    const rows = [
      { id: 1, sum: 1234.56, code: "1.5", day: "01.02.2026", part: 0.5 },
      { id: 2, sum: -99.9, code: "1.2345", day: "1.000.000", part: -1000 },
      { id: 3, sum: null, code: "007", day: "x", part: 2 },
    ];
    expect(await parse(text, { decimal: "," })).toEqual(rows);
    expect((await batchesOf(text, { decimal: "," })).flat()).toEqual(rows);
    expect(
      await parse(text, { decimal: ",", types: { part: "REAL" } }),
    ).toMatchObject([{ part: 0.5 }, { part: -1000 }, { part: 2 }]);
    expect(await parse("sum\n1,5\n2,25\n", { decimal: "," })).toEqual([
      { sum: 1.5 },
      { sum: 2.25 },
    ]);
    await expect(
      parse(text, { decimal: ",", types: { code: "REAL" } }),
    ).rejects.toThrow('column code: "1.5" is no number');
    await expect(async () =>
      parse(text, { decimal: ",", delimiter: "," }),
    ).rejects.toThrow('decimal and delimiter cannot both be ","');
    await expect(async () => parse(text, { decimal: ";" })).rejects.toThrow(
      'decimal must be "." or ","',
    );
  });

  test("takes what it is told for the mark between thousands", async () => {
    const quoted =
      'id,sum,list,code,part\n1,"1,234.50","1,2","0,123",.5\n2,"-12,345,678","1,234","1,234",1e3\n3,99,x,7,"+1,234,567"\n';
    const rows = [
      { id: 1, sum: 1234.5, list: "1,2", code: "0,123", part: 0.5 },
      { id: 2, sum: -12345678, list: "1,234", code: "1,234", part: 1000 },
      { id: 3, sum: 99, list: "x", code: "7", part: 1234567 },
    ];
    expect(await parse(quoted, { thousands: "," })).toEqual(rows);
    expect((await batchesOf(quoted, { thousands: "," })).flat()).toEqual(rows);
    expect((await parse(quoted))[0]).toMatchObject({ sum: "1,234.50" });
    const types = { sum: "INTEGER" };
    expect(
      await parse('sum\n"9,007,199,254,740,993"\n', { thousands: ",", types }),
    ).toEqual([{ sum: 9007199254740993n }]);
    await expect(
      parse('sum\n"1,23"\n', { thousands: ",", types }),
    ).rejects.toThrow('column sum: "1,23" is no whole number');

    for (const [text, options] of [
      ["a;b\n1,234;5,678\n9,012;3,456\n", { thousands: "," }],
      ["a\tb\n1 234\t5\u00a0678\n9\u202f012\t3 456\n", { thousands: " " }],
      ["a,b\n1'234,5'678\n9'012,3'456\n", { thousands: "'" }],
      ["a;b\n1.234,0;5.678\n9.012;3.456,\n", { decimal: "," }],
      ["a;b\n1_234,0;5_678\n9_012;3_456\n", { decimal: ",", thousands: "_" }],
    ] as const)
      expect(await parse(text, options), text).toEqual([
        { a: 1234, b: 5678 },
        { a: 9012, b: 3456 },
      ]);
    // A number is no name, however it is written.
    for (const options of [{ decimal: "," }, { thousands: "," }])
      expect(await parse("2,500;1,000\n3,500;2,000\n", options)).toHaveLength(
        2,
      );
    expect(await parse("a\n1.234\n", { decimal: ",", thousands: " " })).toEqual(
      [{ a: "1.234" }],
    );

    for (const thousands of ["", ",,", "1", "-", "e", "\n", 5, true])
      expect(() => readCsvOptions({ thousands })).toThrow(
        "thousands must be the one character that stands between thousands",
      );
    expect(() => readCsvOptions({ thousands: "." })).toThrow(
      'decimal and thousands cannot both be ".": where points stand between thousands, decimal is ",".',
    );
    expect(() => readCsvOptions({ decimal: ",", thousands: "," })).toThrow(
      'decimal and thousands cannot both be ",".',
    );
  });

  test("makes booleans of columns that hold nothing else, and leaves what is mixed with other text as it is written", async () => {
    expect(
      await parse(
        'flag,said,quoted,mixed,count,none\ntrue,TRUE,"false",true,True,\nfalse, False ,"true",yes,1,\n,,,FALSE,,\n',
      ),
    ).toEqual([
      {
        flag: true,
        said: true,
        quoted: false,
        mixed: "true",
        count: "True",
        none: "",
      },
      {
        flag: false,
        said: false,
        quoted: true,
        mixed: "yes",
        count: "1",
        none: "",
      },
      {
        flag: null,
        said: null,
        quoted: null,
        mixed: "FALSE",
        count: "",
        none: "",
      },
    ]);
    expect(await parse("flag\ntrue\n", { types: { flag: "TEXT" } })).toEqual([
      { flag: "true" },
    ]);
  });

  test.each([
    "a;b\n1;2",
    "a\tb\n1\t2",
    "a|b\n1|2",
    "a,b\r\n1,2\r\n\r\n",
    "a,b\r1,2\r",
    "'a','b'\n'1','2'",
    "\na,b\n\n1,2",
  ])("finds out how %j is written", async (text) => {
    expect(await parse(text)).toEqual([{ a: 1, b: 2 }]);
  });

  test.each([
    ["a text that begins and ends with one", "'n'", "it's", "rock 'n' roll"],
    ["one that is not closed", "'tis", "x", "'n'"],
  ])("a single quote is no quote for %s", async (_, ...texts) => {
    const text = `id,text\n${texts.map((one, id) => `${id},${one}\n`).join("")}`;
    expect(await parse(text)).toEqual(texts.map((text, id) => ({ id, text })));
  });

  test("single quotes are quotes where lines come out even only so, or a whole column has them", async () => {
    expect(await parse("id,text\n1,'a, b'\n2,c\n")).toEqual([
      { id: 1, text: "a, b" },
      { id: 2, text: "c" },
    ]);
    expect(await parse("id,text\n1,'a'\n2,\n3,'it''s'\n")).toEqual([
      { id: 1, text: "a" },
      { id: 2, text: "" },
      { id: 3, text: "it's" },
    ]);
  });

  test("a delimiter in quotes is not taken for one", async () => {
    expect(await parse(`x,"b;c;d"\ny,"e;f\n;g"\n`, { header: false })).toEqual([
      { column1: "x", column2: "b;c;d" },
      { column1: "y", column2: "e;f\n;g" },
    ]);
    for (const text of ["x,'b',y", "x;'b';\"y", "x\n'b','c'\n"])
      expect(
        await parse(toCsv([{ a: text }, { a: text }]), {
          types: { a: "TEXT" },
        }),
      ).toEqual([{ a: text }, { a: text }]);
  });

  test("a delimiter that stands in texts or numbers is not taken for one", async () => {
    expect(
      await parse("name;price\nSmith, John;1,5\nDoe, Jane;2,25\n"),
    ).toEqual([
      { name: "Smith, John", price: "1,5" },
      { name: "Doe, Jane", price: "2,25" },
    ]);
  });

  test("a first line that names the delimiter for Excel does so, and is no header", async () => {
    expect(await parse("sep=;\r\nname;price\r\na;1,5\r\n")).toEqual([
      { name: "a", price: "1,5" },
    ]);
    expect(await parse("SEP=:\na:b\n1:2\n", {}, 3)).toEqual([{ a: 1, b: 2 }]);
    expect(await parse("sep=\t\ra\tb\r1\t2\r")).toEqual([{ a: 1, b: 2 }]);
    expect(await parse("sep=;\n1;2", { header: false })).toEqual([
      { column1: 1, column2: 2 },
    ]);
    await expect(parse("sep=;\na;b\n1;2;3\n")).rejects.toThrow("line 3");
    expect(await parse("sep=;\na,b\n1,2\n", { delimiter: "," })).toEqual([
      { a: 1, b: 2 },
    ]);
    expect(await parse(toCsv([{ "sep=;": 1 }]))).toEqual([{ "sep=;": 1 }]);
    expect(await parse("sep,a\n1,2\n")).toEqual([{ sep: 1, a: 2 }]);
  });

  test("keeps all digits of a column that is declared INTEGER", async () => {
    expect(
      await parse(
        "a,b\n9007199254740993,9007199254740993\n-9223372036854775808,1e3\n+007,-Infinity\n1e3,.5\n5.0, 7.",
        { types: { a: "INTEGER", b: "REAL" } },
      ),
    ).toEqual([
      { a: 9007199254740993n, b: 9007199254740992 },
      { a: -9223372036854775808n, b: 1000 },
      { a: 7, b: -Infinity },
      { a: 1000, b: 0.5 },
      { a: 5, b: 7 },
    ]);
  });

  test("takes a delimiter, a quote, a header, comments and types", async () => {
    expect(
      await parse("# note\n1:2\n3", {
        delimiter: ":",
        header: ["x", "y"],
        comment: "#",
        types: { x: "TEXT", y: "INTEGER" },
      }),
    ).toEqual([
      { x: "1", y: 2 },
      { x: "3", y: null },
    ]);
    expect(await parse("1,2", { header: false })).toEqual([
      { column1: 1, column2: 2 },
    ]);
    expect(await parse("a,a,\n1,2,3")).toEqual([{ a: 1, a_2: 2, column3: 3 }]);
    expect(await parse("a\n%x,y%", { quote: "%" })).toEqual([{ a: "x,y" }]);
    expect(await parse("a,b\n")).toEqual([]);
    expect(await parse("")).toEqual([]);
    expect(await parse("__proto__\n1")).toEqual([
      JSON.parse('{"__proto__":1}'),
    ]);
  });

  test("a first line that holds data is no header, and one of years is", async () => {
    expect(
      await parse('507,"London","LHR",-0.46\n26,"Kugaaruk","YBB",-89.8'),
    ).toEqual([
      { column1: 507, column2: "London", column3: "LHR", column4: -0.46 },
      { column1: 26, column2: "Kugaaruk", column3: "YBB", column4: -89.8 },
    ]);
    expect(await parse("country,2019,2020\nFiji,1,2")).toEqual([
      { country: "Fiji", 2019: 1, 2020: 2 },
    ]);
    expect(await parse("3,1\n4,1", { header: true })).toEqual([{ 3: 4, 1: 1 }]);
    expect(await parse("Fiji,true\nChad,false")).toEqual([
      { column1: "Fiji", column2: true },
      { column1: "Chad", column2: false },
    ]);
    expect(await parse("country,true,false\nFiji,3,5")).toEqual([
      { country: "Fiji", true: 3, false: 5 },
    ]);
  });

  test.each([",,\n", "\n"])(
    "says what to leave out where a title ending in %j stands above the names, and leaves it out",
    async (end) => {
      warnings.length = 0;
      const text = `Report 2026${end}\ncode,city,sum\na,Bonn,1.5\nb,Köln,x\nc,Rom,4\n`;
      const outcome = await parse(text).catch(String);
      expect([outcome, ...warnings].join()).toContain(
        "If it is a title, say that the names of the columns are in line 3: { skip: 2 }.",
      );
      warnings.length = 0;
      const rows = [
        { code: "a", city: "Bonn", sum: "1.5" },
        { code: "b", city: "Köln", sum: "x" },
        { code: "c", city: "Rom", sum: "4" },
      ];
      for (const newline of ["\n", "\r\n", "\r"])
        for (const size of [1, 7, 1000])
          expect(
            await parse(text.replaceAll("\n", newline), { skip: 2 }, size),
          ).toEqual(rows);
      expect(warnings).toEqual([]);
      await expect(parse(`${text}a,b,c,d\n`, { skip: 2 })).rejects.toThrow(
        "a.csv, line 7: it has 4 fields, and there are 3 columns. Correct the line",
      );
    },
  );

  test("bad lines below what looks like a title are told with that", async () => {
    warnings.length = 0;
    await parse("Report\na,b\nx,y\n", { badLines: "skip" });
    expect(warnings[0]).toMatch(
      /it has 2 fields, and there is 1 column.*\{ skip: 1 \}\.$/s,
    );
    // A delimiter at the end of each line.
    await expect(parse("a,b,c\nx,y,z,\nx,y,z,\n")).rejects.toThrow(
      "Correct the line",
    );
    expect(await parse("a\n1\n", { skip: 5 })).toEqual([]);
    for (const skip of [-1, 1.5, "2"])
      await expect(async () => parse("a\n1\n", { skip })).rejects.toThrow(
        "skip is how many lines stand above",
      );
  });

  test("keeps quotes, delimiters and line breaks inside quotes", async () => {
    expect(await parse('a,b\n"x, ""y""\nz",2')).toEqual([
      { a: 'x, "y"\nz', b: 2 },
    ]);
    expect(await parse('a,b\n5" pipe,"x"\r\n')).toEqual([
      { a: '5" pipe', b: "x" },
    ]);
  });

  test("says what is wrong, and in which line of the file", async () => {
    const message = async (text: string, options?: Record<string, unknown>) => {
      const error: unknown = await parse(text, options).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(FlowError);
      return (error as FlowError).message;
    };
    expect(
      await message('a,n\n\n"1\n2",3\n#\nx,y', {
        comment: "#",
        types: { n: "REAL" },
      }),
    ).toBe(
      'a.csv, line 6: column n: "y" is no number. Declare the column as "TEXT" if that is right. Correct the line, or leave such lines out and be told of them: { badLines: "skip" }.',
    );
    expect(await message("a\n1.5", { types: { a: "INTEGER" } })).toMatch(
      /is no whole number/,
    );
    for (const text of ["0x10", "1e20", "9007199254740993.0", "Infinity"])
      expect(await message(`a\n${text}`, { types: { a: "INTEGER" } })).toMatch(
        /is no whole number\./,
      );
    for (const text of ["0x10", "1_0", "1e", "."])
      expect(await message(`a\n${text}`, { types: { a: "REAL" } })).toMatch(
        /is no number\./,
      );
    expect(
      await message("a\n9223372036854775808", { types: { a: "INTEGER" } }),
    ).toMatch(/is no whole number of 64 bits\./);
    expect(await message("a\n1", { types: { b: "REAL" } })).toBe(
      "a.csv has no column b. It has a.",
    );
    expect(await message('a\n1\n"x\ny')).toMatch(
      /^a\.csv, line 3: a quote is opened and not closed\./,
    );
    expect(await message('a,b\n"x"y,1')).toMatch(
      /^a\.csv, line 2: field 1 goes on behind its closing quote\./,
    );
    expect(await message("a,b\n1,2\n1,2,3")).toMatch(
      /^a\.csv, line 3: it has 3 fields, and there are 2 columns\./,
    );
  });

  test.each([
    { delimiter: 5 },
    { delimiter: "||" },
    { quote: "" },
    { header: 1 },
    { types: { a: "INT" } },
    { comment: "" },
    { badLines: "ignore" },
  ])("refuses the options %j", (options) => {
    expect(() => readCsvOptions(options)).toThrow(FlowError);
  });

  const damaged = 'a,b\n1,2\n3,4,5\n"6,7\n8,9\n"x"y,1\n10,z\n11,12\n';

  test("leaves out bad lines if it is told to, goes on behind each, and warns with their numbers", async () => {
    warnings.length = 0;
    expect(
      await parse(damaged, { badLines: "skip", types: { b: "INTEGER" } }),
    ).toEqual([
      { a: 1, b: 2 },
      { a: 8, b: 9 },
      { a: 11, b: 12 },
    ]);
    expect(warnings).toEqual([
      [
        "4 bad lines of a.csv left out:",
        "line 3: it has 3 fields, and there are 2 columns: 3,4,5",
        'line 4: field 1 goes on behind its closing quote: "6,7',
        'line 6: field 1 goes on behind its closing quote: "x"y,1',
        'line 7: column b: "z" is no whole number. Declare the column as "TEXT" if that is right: 10,z',
      ].join("\n"),
    ]);
  });

  test("tells a function of each bad line", async () => {
    const told: BadLine[] = [];
    await parse(damaged, { badLines: (bad: BadLine) => told.push(bad) });
    expect(told.map(({ line }) => line)).toEqual([3, 4, 6]);
    expect(told.find(({ line }) => line === 6)).toEqual({
      line: 6,
      text: '"x"y,1',
      problem: "field 1 goes on behind its closing quote",
    });
  });

  test("shows a bad line as the file has it, cut if it is long", async () => {
    const told: BadLine[] = [];
    const text = 'a;b\n1;2\nq;"1;2"; \r\n3;4\n"x\n""y""";5;6';
    for (const size of [3, Infinity]) {
      told.length = 0;
      await parse(
        `${text}\n${"7;".repeat(200)}\n`,
        { badLines: (bad: BadLine) => told.push(bad) },
        size,
      );
      expect(told.map(({ line, text }) => [line, text])).toEqual([
        [3, 'q;"1;2";'],
        [5, '"x\n""y""";5;6'],
        [7, "7;".repeat(100)],
      ]);
    }
  });

  test("an open quote does not swallow a large file", async () => {
    const rows = `1,${"2".repeat(100)}\n`.repeat(200_000);
    let batches = 0;
    const told: BadLine[] = [];
    for await (const batch of streamCsv(
      piecesOf(`a,b\n"x,1\n${rows}`, 1 << 20),
      readCsvOptions({ badLines: (bad: BadLine) => told.push(bad) }),
      source,
    ))
      batches += batch.length;
    expect(told.map(({ line, problem }) => [line, problem])).toEqual([
      [2, "a quote is opened and not closed"],
    ]);
    expect(batches).toBe(200_000);
  });
});

/** Values that mean the same as text and as numbers. */
const cellText = fc.oneof(
  fc.string({
    unit: fc.constantFrom(
      "a",
      '"',
      ",",
      ";",
      "\n",
      "\r",
      " ",
      "é",
      "😀",
      "'",
      "#",
    ),
  }),
  fc.string(),
  fc.integer().map(String),
  fc.constantFrom("007", "1.5", "-", "", "1e5"),
);

const table = fc.integer({ min: 1, max: 5 }).chain((width) =>
  fc.array(fc.array(cellText, { minLength: width, maxLength: width }), {
    minLength: 1,
    maxLength: 30,
  }),
);

test("what toCsv writes, readCsv reads back, wherever the text is cut into pieces", async () => {
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.integer({ min: 1, max: 50 }),
      fc.constantFrom("\n", "\r\n"),
      fc.constantFrom(",", ";", "\t", "|", "^"),
      async (cells, size, newline, delimiter) => {
        const names = cells[0]!.map((_, index) => `c${index}`);
        const rows = cells.map((fields) =>
          Object.fromEntries(names.map((name, at) => [name, fields[at]])),
        );
        const types = Object.fromEntries(names.map((name) => [name, "TEXT"]));
        const text = toCsv(rows, { newline, delimiter });
        const options = { types, delimiter, quote: '"', header: true };
        expect(await parse(text, options, size)).toEqual(rows);
        expect((await batchesOf(text, options, size)).flat()).toEqual(rows);
        if (delimiter !== "^")
          expect(await parse(text, { types, header: true }, size)).toEqual(
            rows,
          );
      },
    ),
  );
});

test("bad lines are the same wherever the text is cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({
        unit: fc.constantFrom('"', ",", "\n", "\r", "a", "1"),
        maxLength: 60,
      }),
      fc.integer({ min: 1, max: 20 }),
      async (text, size) => {
        const read = async (pieces: number) => {
          const told: BadLine[] = [];
          const rows = await parse(
            `x,y\n${text}`,
            {
              delimiter: ",",
              quote: '"',
              badLines: (bad: BadLine) => told.push(bad),
            },
            pieces,
          );
          return {
            rows,
            told: told.map(({ line, problem }) => ({ line, problem })),
          };
        };
        expect(await read(size)).toEqual(await read(Infinity));
      },
    ),
    { numRuns: 500 },
  );
});

describe("streamCsv", () => {
  const big = `id,name\n${Array.from({ length: 60_000 }, (_, id) => `${id},name ${id}`).join("\n")}\n`;

  test("gives rows in batches before the file has ended", async () => {
    let given = 0;
    async function* slow() {
      for await (const piece of piecesOf(big, 10_000)) {
        given += piece.length;
        yield piece;
      }
    }
    const stream = streamCsv(slow(), readCsvOptions({}), source);
    const first = await stream.next();
    expect(first.value![0]).toEqual({ id: 0, name: "name 0" });
    expect(given).toBeLessThan(big.length / 2);
    let rows = (first.value as object[]).length;
    for await (const batch of stream) rows += batch.length;
    expect(rows).toBe(60_000);
  });

  test("keeps the types of the first batch, and what does not fit them as text", async () => {
    const rows = (await batchesOf(`${big}x,y\n007,z\n`, {}, 10_000)).flat() as {
      id: unknown;
    }[];
    expect(rows.slice(-3).map(({ id }) => id)).toEqual([59_999, "x", "007"]);
    const flags = `flag,name\n${"true,a name\n".repeat(60_000)}False,\n1,\n`;
    expect((await batchesOf(flags, {}, 10_000)).flat().slice(-3)).toEqual([
      { flag: true, name: "a name" },
      { flag: false, name: "" },
      { flag: "1", name: "" },
    ]);
  });
});

describe("toCsv", () => {
  test("writes dates as ISO 8601, nested values as JSON, and nothing for nothing", () => {
    expect(
      toCsv([
        { a: new Date(0), b: { c: [1] }, n: 1n },
        { a: null, d: true, b: "x y" },
      ]),
    ).toBe('a,b,n,d\n1970-01-01T00:00:00.000Z,"{""c"":[1]}",1,\n,x y,,true\n');
  });

  test("writes bytes as base64, and infinite numbers by their name", () => {
    expect(
      toCsv([
        { a: Uint8Array.of(1, 255), b: -Infinity, c: [Infinity, 2n ** 60n] },
      ]),
    ).toBe('a,b,c\nAf8=,-Infinity,"[""Infinity"",""1152921504606846976""]"\n');
  });

  test("writes what has a text of its own as that text, and refuses what is no data", () => {
    expect(toCsv([{ a: new URL("https://a.example/b") }])).toBe(
      "a\nhttps://a.example/b\n",
    );
    expect(() => toCsv([{ a: 1 }, { a: new Map([[1, 2]]) }])).toThrow(
      "Row 2, column a cannot be written as JSON: it is a Map; write Object.fromEntries(map).",
    );
    expect(() => toCsv([{ a: { b: [new Set([1])] } }])).toThrow(
      "its field 0 is a Set; write [...set]",
    );
    for (const value of [new Error("x"), /x/, new Blob([]), () => 1, Symbol()])
      expect(() => toCsv([{ a: value }])).toThrow(FlowError);
  });

  test("takes columns, a delimiter, and no header", () => {
    expect(
      toCsv([{ a: 1, b: "x;y" }], {
        columns: ["b", "z"],
        delimiter: ";",
        header: false,
        newline: "\r\n",
      }),
    ).toBe('"x;y";\r\n');
  });

  test("refuses what is no list of rows, and options that it does not have", () => {
    expect(() => toCsv(5)).toThrow("toCsv takes a list of rows, not 5.");
    expect(() => toCsv([1])).toThrow(/^Row 1 for toCsv is 1, not an object/);
    expect(toCsv([])).toBe("");
    expect(toCsv([], { columns: ["a"] })).toBe("a\n");
    expect(() => toCsv([], { sep: 1 })).toThrow(/no option "sep"/);
    expect(() => toCsv([], { header: 1 })).toThrow(FlowError);
    expect(() => toCsv([], { columns: "a" })).toThrow(FlowError);
    expect(() => toCsv([], { newline: "x" })).toThrow(FlowError);
  });
});

test.each([
  ["007", "007"],
  [" ", " "],
  ["0x10", "0x10"],
  ["Infinity", "Infinity"],
  ["12345678901234567890", "12345678901234567890"],
  [" 7 ", 7],
  ["-1.5e3", -1500],
  ["x", "x"],
  [".5", 0.5],
  ["-.75", -0.75],
  ["+3", 3],
  ["+123456", 123456],
  ["+.5e-1", 0.05],
  ["1.", 1],
  ["1.e2", 100],
  ...[".", "+", "-.", ".e1", "+-3", "++3", "1.2.", "+007", "00.5"].map(
    (text): [string, string] => [text, text],
  ),
  ["3.141592653589793238", 3.141592653589793],
  ["9007199254740991.5", 9007199254740992],
  ["1.5e300", 1.5e300],
  ["0e400", 0],
  ["0.000e-999", 0],
  ["5e-324", 5e-324],
])("in a column that was of numbers so far, %j is %j", (text, value) => {
  expect(toCell(text, "number")).toBe(value);
});

test.each([
  ["a telephone number", "+4915123456789"],
  ["a short one", "+6834000"],
  ["what is larger than numbers can be", "12E4567"],
  ["what is too small for one", "-12E-4567"],
  ["what has too many digits before its point", "12345678901234567.89"],
  ["the same of as many as can be read at once", "-9007199254740993.5"],
  ["the same without a fraction", "9007199254740993."],
])("%s is text, and its column too", async (_, text) => {
  expect(await parse(`a,b\n${text},1\n2,2\n`)).toEqual([
    { a: text, b: 1 },
    { a: "2", b: 2 },
  ]);
});

test("a text in a column of a declared type is judged as quickly however many digits it has", () => {
  const text = `${"9".repeat(500_000)}x`;
  const before = performance.now();
  expect(toCell(text, "REAL")).toBe(text);
  expect(toCell(text, "INTEGER")).toBe(text);
  expect(performance.now() - before).toBeLessThan(1_000);
});
