import { strFromU8, unzipSync } from "fflate";

/** A cell with a formula; its type, and what it came to. A text may have come to nothing, which is a value. */
const formula =
  /<c\b([^>]*)>\s*<f\b(?:[^>]*\/|[^>]*>[^<]*<\/f)>\s*(<v\b[^>]*>\s*<\/v>|<v\s*\/>)?\s*<\/c>/g;

/** What to say of formulas of a sheet, counted from 0 on, that no program has calculated, as a library wrote them; undefined if there are none. */
export async function tellUncalculated(
  file: Blob,
  sheet: number,
  name: string,
): Promise<string | undefined> {
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
  if (!path) return undefined;
  const [cells] = readParts(packed, [
    path.startsWith("/") ? path.slice(1) : `xl/${path}`,
  ]);
  let count = 0;
  let first: string | undefined;
  for (const [, attributes, value] of cells!.matchAll(formula)) {
    if (value !== undefined && attribute(attributes!, "t") === "str") continue;
    count += 1;
    first ??= attribute(attributes!, "r");
  }
  if (count === 0) return undefined;
  const where = first === undefined ? "" : ` (the first in ${first})`;
  const what =
    count === 1
      ? `1 formula of ${name} was never calculated${where} and is`
      : `${count} formulas of ${name} were never calculated${where} and are`;
  return `${what} read as null. Open the file in a program for tables and save it there.`;
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
