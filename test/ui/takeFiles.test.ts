import { expect, test } from "vitest";
import declarations from "../../src/language/flowbook.d.ts?raw";
import { callOf } from "../../src/ui/takeFiles.ts";

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
