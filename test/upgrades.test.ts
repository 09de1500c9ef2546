/** What the released formats wrote opens for ever. The stores' own tests read `format-*`, `library-*` and `link-*` beside these. */
import { readFileSync } from "node:fs";
import { beforeEach, expect, test, vi } from "vitest";
import { parseNotebook } from "../src/notebook/parse.ts";
import { printNotebook } from "../src/notebook/print.ts";
import { Mirror } from "../src/storage/mirror.ts";
import { readNumber } from "../src/ui/remembered.ts";

const read = (name: string) => readFileSync(`test/fixtures/${name}`, "utf8");
const settings = JSON.parse(read("settings-1.json")) as Record<string, string>;

beforeEach(() => {
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => settings[key] ?? null,
  });
  return () => vi.unstubAllGlobals();
});

test("a notebook of format 1 is read without a complaint, and printed as it was", () => {
  const text = read("notebook-1.flow.md");
  const { notebook, diagnostics } = parseNotebook(text);
  expect(diagnostics).toEqual([]);
  expect(printNotebook(notebook)).toBe(text);
  expect(notebook).toMatchObject({
    title: "Every part of a notebook",
    network: ["https://opensky-network.org"],
    workers: 2,
  });
  expect(notebook.attachments.map(({ name }) => name)).toEqual([
    "notes.txt",
    "flights-3m.parquet",
  ]);
  expect(notebook.cells.map(({ kind }) => kind)).toEqual(
    "md md ts js sql".split(" "),
  );
});

test("a notebook of a newer format says to update, and none of its text is lost", () => {
  const text = read("notebook-1.flow.md").replace(
    "flowbook: 1",
    "flowbook: 2\nnewer:\n  - setting",
  );
  const { notebook, diagnostics } = parseNotebook(text);
  expect(diagnostics.map(({ message }) => message)).toEqual([
    expect.stringMatching(/made by a newer version .*Update/),
  ]);
  expect(printNotebook(notebook)).toBe(text);
});

test("settings of the first kind are read", () => {
  expect(readNumber("pane", 1)).toBe(512);
  expect(readNumber("detail", 1)).toBe(240);
  expect(new Mirror().notebooks).toEqual({
    "example-mapping": { title: "Mapping", generation: 12 },
  });
});

test("a setting that a newer version wrote counts as none", () => {
  vi.stubGlobal("localStorage", { getItem: () => '{"width":512}' });
  expect(readNumber("pane", 1)).toBe(1);
  expect(new Mirror().notebooks).toEqual({});
});
