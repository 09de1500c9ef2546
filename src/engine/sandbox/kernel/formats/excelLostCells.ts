import { strFromU8, unzipSync } from "fflate";
import { listNames } from "../../../../core/words.ts";

/** A cell with a formula; its type, and what it came to. A text may have come to nothing, which is a value. */
const formula =
  /<c\b([^>]*)>\s*<f\b(?:[^>]*\/|[^>]*>[^<]*<\/f)>\s*(<v\b[^>]*>\s*<\/v>|<v\s*\/>)?\s*<\/c>/g;

/** A cell whose formula came to an error, and the error. */
const failed =
  /<c\b([^>]*\st="e"[^>]*)>\s*(?:<f\b(?:[^>]*\/|[^>]*>[^<]*<\/f)>\s*)?<v\b[^>]*>([^<]+)<\/v>/g;

/** What to say of cells of a sheet, counted from 0 on, that are null although there is something in them: formulas that no program has calculated, as a library wrote them, and errors. */
export async function tellLostCells(
  file: Blob,
  sheet: number,
  name: string,
): Promise<string[]> {
  const packed = new Uint8Array(await file.arrayBuffer());
  const [workbook, links] = readParts(packed, [
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
  ]);
  const tag = [...workbook!.matchAll(/<sheet\b[^>]*>/g)][sheet]?.[0] ?? "";
  const link = attribute(tag, "\\w+:id");
  const target = [...links!.matchAll(/<Relationship\b[^>]*>/g)]
    .map(([found]) => found)
    .find((found) => attribute(found, "Id") === link);
  const path = target && attribute(target, "Target");
  if (!path) return [];
  const [cells] = readParts(packed, [
    path.startsWith("/") ? path.slice(1) : `xl/${path}`,
  ]);
  return [tellUncalculated(cells!, name), tellErrors(cells!, name)].filter(
    (told) => told !== undefined,
  );
}

function tellUncalculated(cells: string, name: string): string | undefined {
  const found = [...cells.matchAll(formula)].filter(
    ([, attributes, value]) =>
      value === undefined || attribute(attributes!, "t") !== "str",
  );
  const [first] = found;
  if (!first) return undefined;
  const place = attribute(first[1]!, "r");
  const where = place === undefined ? "" : ` (the first in ${place})`;
  const what =
    found.length === 1
      ? `1 formula of ${name} was never calculated${where} and is`
      : `${found.length} formulas of ${name} were never calculated${where} and are`;
  return `${what} read as null. Open the file in a program for tables and save it there.`;
}

/** So many errors are named with their places. */
const mostNamed = 5;

function tellErrors(cells: string, name: string): string | undefined {
  const found = [...cells.matchAll(failed)].map(
    ([, attributes, error]) =>
      `${error} in ${attribute(attributes!, "r") ?? "a cell"}`,
  );
  if (found.length === 0) return undefined;
  const what = found.length === 1 ? "1 cell of" : `${found.length} cells of`;
  return `${what} ${name} ${found.length === 1 ? "holds an error and is" : "hold errors and are"} read as null: ${listNames(found, mostNamed)}.`;
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
}

/** Parts of the file as text; one that is not there is empty. */
function readParts(packed: Uint8Array, paths: readonly string[]): string[] {
  const parts = unzipSync(packed, {
    filter: ({ name }) => paths.includes(name),
  });
  return paths.map((path) => strFromU8(parts[path] ?? new Uint8Array()));
}
