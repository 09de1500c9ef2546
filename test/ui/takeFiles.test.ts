import { expect, test } from "vitest";
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
async function drop(names: readonly string[]): Promise<string> {
  const told: string[] = [];
  const bench = {
    session: {
      attach: () => Promise.resolve(),
      notify: (_: string, text: string) => told.push(text),
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
