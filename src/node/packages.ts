import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { compileNotebook } from "../notebook/compile/compile.ts";
import type { Program } from "../notebook/compile/program.ts";
import type { Notebook } from "../notebook/document.ts";
import { fetchPackages } from "../notebook/packages/fetch.ts";
import {
  linkPackages,
  packagesOf,
  type WantedPackage,
} from "../notebook/packages/link.ts";
import { readPins } from "../notebook/packages/pins.ts";
import { parseNotebook } from "../notebook/parse.ts";
import { printNotebook } from "../notebook/print.ts";
import { readText, writeWhole } from "./textFile.ts";

/** The program of a notebook file with the packages that are kept beside it; nothing is fetched. */
export async function linkKeptPackages(
  path: string,
  program: Program,
  { frontMatter }: Notebook,
): Promise<{ linked: Program; wanted: readonly WantedPackage[] }> {
  if (packagesOf(program).length === 0) return { linked: program, wanted: [] };
  return linkPackages(program, frontMatter, {
    read: (specifier) =>
      readFile(keptAt(path, specifier), "utf8").catch(() => undefined),
    howToFetch: () => `Run "flowbook fetch ${basename(path)}"`,
    checked: new Map(),
  });
}

/**
 * Fetches the packages of a notebook file that are not kept beside it yet, and pins those that are not pinned. Gives their names,
 * and where they came from.
 */
export async function fetchKeptPackages(
  path: string,
): Promise<{ fetched: readonly string[]; cdn: string }> {
  const { notebook } = parseNotebook(await readText(path));
  const { frontMatter } = notebook;
  const program = compileNotebook(notebook);
  const { wanted } = await linkKeptPackages(path, program, notebook);
  const pinned = await fetchPackages(
    wanted,
    frontMatter,
    (specifier, text) => writeWhole(keptAt(path, specifier), text),
    globalThis.fetch,
  );
  if (pinned !== frontMatter)
    await writeWhole(path, printNotebook({ ...notebook, frontMatter: pinned }));
  return {
    fetched: wanted.map(({ specifier }) => specifier),
    cdn: readPins(frontMatter).cdn,
  };
}

/** The file that a package is kept in: what the page keeps under the package's name. */
function keptAt(notebook: string, specifier: string): string {
  const name = specifier.replace(/^npm:/, "").replaceAll("/", "+");
  return join(dirname(notebook), ".flowbook", "packages", `${name}.json`);
}
