import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  readCsv,
  readCsvOptions,
  streamCsvColumns,
} from "../../../../src/engine/sandbox/kernel/formats/csv.ts";
import type { BadLine } from "../../../../src/engine/sandbox/kernel/formats/badLines.ts";

type Row = Record<string, unknown>;

async function* pieces(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += 100_000)
    yield text.slice(at, at + 100_000);
}

/** What one reading gives: its rows or its error, the bad lines that it told of, and its warnings. */
async function outcomeOf(
  given: Record<string, unknown>,
  read: (
    options: ReturnType<typeof readCsvOptions>,
    source: { name: string; warn(message: string): void },
  ) => Promise<Row[]>,
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

/** So long that a few lines of it are a batch. */
const filler = "x".repeat(20_000);

const value = fc.constantFrom(
  ...["", "1", "12", "-3", "0", "1.50", "007", " 5", "9007199254740993", "1e5"],
  ...["x", "ü", '"a ""b"""', '"two\nlines"', "NaN", "Infinity", "-0"],
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
        async (blocks, badLines, types, comment) => {
          const text = ["one,two,three", ...blocks.flat()].join("\n");
          const given = { badLines, types, comment, header: true };
          const columns = await outcomeOf(given, (options, source) =>
            loadedRows(text, options, source),
          );
          const rows = await outcomeOf(given, (options, source) =>
            readCsv(pieces(text), options, source),
          );
          expect(columns).toEqual(rows);
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
