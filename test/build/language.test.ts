import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { build } from "vite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { foldersOfWords, language } from "../../build/language.ts";
import type { Translation } from "../../src/views/words/language.ts";
import type * as tables from "../../src/ui/words/tables.ts";

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "flowbook-words-")));
  write("view.ts", [
    `import * as words from "./words/view.ts";`,
    `export const said = [words.cancel, words.rowCount(2), words.kinds.sql];`,
  ]);
  write("words/language.ts", [`export const many = (word) => word + "s";`]);
  write("words/view.ts", [
    `import { many } from "./language.ts";`,
    `export const cancel = "Cancel";`,
    `export const rowCount = (rows) => rows + " " + many("row");`,
    `export const kinds = { sql: "Query" };`,
  ]);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, lines: readonly string[]): void {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, `${lines.join("\n")}\n`);
}

/** What the view says when it is built in a language. */
async function said(name: string | undefined): Promise<unknown> {
  const built = await build({
    root: folder,
    configFile: false,
    logLevel: "silent",
    plugins: [language(name, [join(folder, "words"), join(folder, "lower")])],
    build: {
      write: false,
      lib: { entry: join(folder, "view.ts"), formats: ["es"] },
    },
  });
  const [{ output }] = built as unknown as [{ output: [{ code: string }] }];
  const code = encodeURIComponent(output[0].code);
  const module = (await import(`data:text/javascript,${code}`)) as {
    said: unknown;
  };
  return module.said;
}

test("without a language the page is English", async () => {
  expect(await said(undefined)).toEqual(["Cancel", "2 rows", "Query"]);
});

test("a translation is taken, and what it lacks stays English", async () => {
  write("words/de/view.ts", [
    `import { many } from "./language.ts";`,
    `export const cancel = "Abbrechen";`,
    `export const rowCount = (rows) => rows + " " + many("Zeile");`,
  ]);
  write("words/de/language.ts", [`export const many = (word) => word + "n";`]);
  expect(await said("de")).toEqual(["Abbrechen", "2 Zeilen", "Query"]);
  expect(await said("fr")).toEqual(["Cancel", "2 rows", "Query"]);
});

test("a name that English does not have is an error that says where", async () => {
  write("words/de/view.ts", [`export const abbrechen = "Abbrechen";`]);
  await expect(said("de")).rejects.toThrow(
    "de/view.ts translates abbrechen, which view.ts does not have",
  );
});

test("words of another layer are translated in their own folder, and lend their names", async () => {
  write("words/language.ts", [
    `export * from "../lower/language.ts";`,
    `export { sizeText as size } from "../lower/sizes.ts";`,
  ]);
  write("lower/language.ts", [`export const many = (word) => word + "s";`]);
  write("lower/sizes.ts", [
    `export const sizeText = (size) => size + " bytes";`,
  ]);
  write("view.ts", [
    `import * as words from "./words/view.ts";`,
    `import { size } from "./words/language.ts";`,
    `export const said = [words.rowCount(2), size(3)];`,
  ]);
  expect(await said("de")).toEqual(["2 rows", "3 bytes"]);
  write("lower/de/language.ts", [`export const many = (word) => word + "n";`]);
  write("words/de/language.ts", [
    `export const size = (size) => size + " Byte";`,
  ]);
  expect(await said("de")).toEqual(["2 rown", "3 Byte"]);
});

test("every folder of words is one that a build in another language replaces", () => {
  const found = readdirSync("src", { recursive: true, encoding: "utf8" })
    .filter((path) => basename(path) === "words")
    .map((path) => join("src", path));
  expect(found.sort()).toEqual([...foldersOfWords].sort());
});

test("in the pseudo-language every text stands in brackets", async () => {
  expect(await said("pseudo")).toEqual(["⟦Cancel⟧", "⟦2 rows⟧", "⟦Query⟧"]);
});

test("the type of a translation knows the names and the values of each text", () => {
  const some = {
    download: "Herunterladen",
    columnCount: (columns: number) => `${columns} Spalten`,
  } satisfies Translation<typeof tables>;
  ({
    // @ts-expect-error a count is a number
    columnCount: (columns: string) => `${columns} Spalten`,
  }) satisfies Translation<typeof tables>;
  ({
    // @ts-expect-error there is no such text
    spalten: "Spalten",
  }) satisfies Translation<typeof tables>;
  expect(some.columnCount(2)).toBe("2 Spalten");
});
