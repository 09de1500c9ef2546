import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import type {
  NotebookSurroundings,
  TypedCell,
  TypeChecker,
} from "../../src/types/protocol.ts";
import { createTypeChecker } from "../../src/types/typeChecker.ts";

const folder = "node_modules/typescript/lib";
const languagePath = "/flowbook.d.ts";
const libraries = new Map([
  ...readdirSync(folder)
    .filter((file) => file.startsWith("lib."))
    .map(
      (file) =>
        [
          `/lib/${basename(file)}`,
          readFileSync(`${folder}/${file}`, "utf8"),
        ] as const,
    ),
  [languagePath, readFileSync("src/language/flowbook.d.ts", "utf8")] as const,
]);

export const nothing: NotebookSurroundings = {
  tables: [],
  attachments: [],
  results: {},
};

export function startChecker(): TypeChecker {
  return createTypeChecker(libraries, languagePath);
}

/** Cells of TypeScript by their names, which are their ids too; what is given as a pair is of another kind. */
export function toCells(
  sources: Readonly<Record<string, string | [TypedCell["kind"], string]>>,
): TypedCell[] {
  return Object.entries(sources).map(([name, given]) => {
    const [kind, source] =
      typeof given === "string" ? (["ts", given] as const) : given;
    return { id: name, name, kind, source };
  });
}
