import type { Program } from "../../notebook/compile/program.ts";
import { readerOf } from "../takeFiles.ts";

/** Rows that a preview shows. */
const rows = 50;
/** A format that is only read as a whole is not read beyond this. */
const mostWhole = 30_000_000;

const streams: Readonly<Record<string, string>> = {
  readCsv: "streamCsv",
  readNdjson: "streamNdjson",
  readParquet: "streamParquet",
};

/** The name of the one cell of {@link previewProgram}. */
export const previewCell = "preview";

/**
 * A program that shows the first rows of a file: a file is untrusted, so it is read where notebooks run. Undefined if the file is
 * only text, or too large to be read as a whole.
 */
export function previewProgram(
  name: string,
  size: number,
): Program | undefined {
  const reader = readerOf(name);
  const file = JSON.stringify(name);
  const stream = streams[reader];
  if (reader === "readText" || (!stream && size > mostWhole)) return undefined;
  const body = stream
    ? `const rows=[];for await(const row of ${stream}(${file})){rows.push(row);if(rows.length>=${rows})break}$show(table(rows))`
    : reader === "readSqlite"
      ? `$show(await readSqlite(${file},"SELECT name, type, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"))`
      : `const all=await ${reader}(${file});$show(Array.isArray(all)?all.slice(0,${rows}):all)`;
  const code = `"use strict";flowbookCell(${JSON.stringify(previewCell)},async function({},$show){${body}\n;return{}})`;
  const hash = `${reader} ${name}`;
  return {
    cells: [
      {
        id: previewCell,
        name: previewCell,
        kind: "js",
        code,
        shift: 0,
        inserts: [],
        declares: [],
        inputs: [],
        language: [stream ?? reader, "table"],
        isView: true,
        hash,
      },
    ],
    versions: {},
    hash,
    usesContext: [],
    flows: [],
    tasks: {},
    diagnostics: [],
    broken: {},
  };
}
