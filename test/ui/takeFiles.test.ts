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
