import type { Program } from "../../notebook/compile/program.ts";
import { readerOf, type ReadOptions, writeOptions } from "../takeFiles.ts";

/** Rows that a preview shows. */
const rows = 50;
/** Characters of a text that one shows. */
const characters = 20_000;
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
 * only text, or too large to be read as a whole. `options` are for readers of CSV and Excel.
 */
export function previewProgram(
  name: string,
  size: number,
  options: ReadOptions = {},
): Program | undefined {
  const isArchive = /\.zip$/i.test(name);
  // Of an archive of several files each reader says which there are; that of one is as its text, or rows if it is large.
  const reader = isArchive && size > mostWhole ? "readCsv" : readerOf(name);
  const file = JSON.stringify(name) + writeOptions(options);
  const stream = streams[reader];
  if ((reader === "readText" && !isArchive) || (!stream && size > mostWhole))
    return undefined;
  const body = stream
    ? `const rows=[];for await(const row of ${stream}(${file})){rows.push(row);if(rows.length>=${rows})break}$show(table(rows))`
    : reader === "readSqlite"
      ? `$show(await readSqlite(${file},"SELECT name, type, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"))`
      : `const all=await ${reader}(${file});$show(Array.isArray(all)?all.slice(0,${rows}):typeof all==="string"?all.slice(0,${characters}):all)`;
  const code = `"use strict";flowbookCell(${JSON.stringify(previewCell)},async function({},$show){${body}\n;return{}})`;
  const hash = `${reader} ${file}`;
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
