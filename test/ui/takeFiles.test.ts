import { expect, test, vi } from "vitest";
import { makeSession } from "./makeSession.ts";
import declarations from "../../src/language/flowbook.d.ts?raw";
import { callOf, takeFiles } from "../../src/ui/takeFiles.ts";
import type { Workbench } from "../../src/ui/workbench.svelte.ts";

test.each([
  ["flights.csv", 'readCsv("flights.csv")'],
  ["Flights.CSV.gz", 'readCsv("Flights.CSV.gz")'],
  ["a b.parquet", 'readParquet("a b.parquet")'],
  ["planes.db", 'readSqlite("planes.db", "SELECT ...")'],
  ["notes", 'readText("notes")'],
  ["constructor", 'readText("constructor")'],
])("a file %s is read with %s", (name, call) => {
  expect(callOf(name)).toBe(call);
});

test("every reader that is named to people is one that cells have", () => {
  const endings = [
    "csv",
    "json",
    "ndjson",
    "geojson",
    "html",
    "parquet",
    "xlsx",
    "db",
    "txt",
  ];
  for (const ending of endings) {
    const reader = callOf(`a.${ending}`).split("(")[0]!;
    expect(declarations).toMatch(new RegExp(`\\b${reader}\\b`));
  }
});

/** What is said when these files are dropped on a notebook. */
async function drop(
  names: readonly string[],
  missingFiles: readonly string[] = [],
): Promise<string> {
  const told: string[] = [];
  const bench = {
    session: {
      missingFiles,
      files: [],
      attach: () => Promise.resolve(),
      notices: { offer: (text: string) => told.push(text) },
    },
    try: (work: () => Promise<void>) => work().then(() => true),
  } as unknown as Workbench;
  await takeFiles(
    bench,
    names.map((name) => new File(["a,b"], name)),
  );
  return told.join("\n");
}

test("files of one name that are dropped at once are one file, and that is said", async () => {
  expect(await drop(["a.csv", "b.csv"])).toBe(
    'a.csv and b.csv are kept with this notebook. A task reads them with readCsv("a.csv").',
  );
  expect(await drop(["a.csv", "a.csv", "a.csv"])).toBe(
    'a.csv is kept with this notebook. A task reads it with readCsv("a.csv"). Several were called a.csv: the last one is kept.',
  );
});

test("a file that the notebook misses under a folder is kept there, and named so", async () => {
  expect(await drop(["rates.json"], ["data/rates.json"])).toBe(
    'data/rates.json is kept with this notebook. A task reads it with readJson("data/rates.json").',
  );
});

test("what is said of files that were kept goes when another notebook opens", async () => {
  const { session, said } = makeSession("a", "b");
  const attempt = (work: () => Promise<void>) => work().then(() => true);
  const bench = { session, try: attempt } as unknown as Workbench;
  await session.openNotebook("a");
  await takeFiles(bench, [new File(["a,b"], "a.csv")]);
  expect(said()).toEqual([expect.stringContaining("is kept with this")]);
  await session.openNotebook("b");
  expect(said()).toEqual([]);
  vi.unstubAllGlobals();
});

test("of files that are dropped on a notebook none is added to another one that is opened meanwhile, which is said", async () => {
  const { session, calls, said, database } = makeSession("a", "b");
  const attempt = (work: () => Promise<void>) => work().catch(() => false);
  const bench = { session, try: attempt } as unknown as Workbench;
  await session.openNotebook("a");
  let written = (): void => {};
  const write = database.writeFile.bind(database);
  const writing = new Promise<void>((reached) => {
    database.writeFile = async (...file) => {
      database.writeFile = write;
      reached();
      await new Promise<void>((resolve) => (written = resolve));
      await write(...file);
    };
  });
  const names = ["1.bin", "2.csv", "3.csv", "4.csv"];
  const taking = takeFiles(
    bench,
    names.map((name) => new File(["x"], name)),
  );
  await writing;
  const opening = session.openNotebook("b");
  written();
  await Promise.all([taking, opening]);
  expect(calls.filter((call) => call.startsWith("write file"))).toEqual([
    "write file 1.bin",
  ]);
  expect(said()).toEqual([
    "2.csv, 3.csv and 4.csv were not added: another notebook was opened before. Open the one that is meant, and add them again.",
  ]);
  // What was given before the other one was open, and is only now looked at.
  await takeFiles(bench, [new File(["x"], "5.csv")], "a");
  expect(said().at(-1)).toMatch(/^5\.csv was not added/);
  vi.unstubAllGlobals();
});
