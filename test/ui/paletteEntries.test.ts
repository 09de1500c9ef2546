import "./runes.ts";
import { expect, test } from "vitest";
import {
  filterEntries,
  type PaletteEntry,
} from "../../src/ui/paletteEntries.ts";

const entry = (title: string, words?: string): PaletteEntry => ({
  ...{ icon: "right", title, note: "Notebook", keys: undefined, words },
  run: () => {},
});

test("an action is found by what else it is called, behind those whose title begins so", () => {
  const all = [
    entry("Replace the database by a .sqlite…", "import history"),
    entry("Undo"),
    entry("History of versions"),
  ];
  const found = (typed: string) =>
    filterEntries(all, typed).map(({ title }) => title);
  expect(found("history")).toEqual([
    "History of versions",
    "Replace the database by a .sqlite…",
  ]);
  expect(found("sqlite import")).toEqual([
    "Replace the database by a .sqlite…",
  ]);
});
