/**
 * What a notebook's SQLite file holds besides the notebook's rows, where one file is all that there is: runs, results and
 * what may be reused (KeptEntry), in one table. The page keeps these beside the database; a file that travels takes them along.
 */
import { parse, stringify } from "devalue";
import { FlowError } from "../../core/errors.ts";
import type { CacheEntry } from "../../core/cache.ts";
import type { KeptEntry, KeptKind } from "../../core/kept.ts";
import { listNames } from "../../core/words.ts";
import { readAll } from "./execute.ts";
import type { Connection } from "./sqlite.ts";
import { notebookTable } from "./statements.ts";

export const notebookFormat = 1;

export const createNotebookTable = `CREATE TABLE IF NOT EXISTS ${notebookTable} (kind TEXT NOT NULL, run TEXT NOT NULL, key NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, run, key)) WITHOUT ROWID`;
export const putEntry = `INSERT OR REPLACE INTO ${notebookTable} (kind, run, key, value) VALUES (?, ?, ?, ?)`;

/** Puts everything into the table of a connection, which makes it. */
export async function writeTable(
  entries: readonly KeptEntry[],
): Promise<(connection: Connection) => void> {
  const rows = await Promise.all(
    entries.map(async ({ kind, run, key, value }) => [
      kind,
      run,
      key,
      await toText(value),
    ]),
  );
  return (connection) => {
    connection.run(createNotebookTable);
    const statement = connection.prepare(putEntry);
    try {
      statement.run(["format", "", "", String(notebookFormat)]);
      for (const row of rows) statement.run(row);
    } finally {
      statement.free();
    }
  };
}

/**
 * Whether a file has the table. Throws, with `remedy` as what else can be done, if a newer format is in it or if something else
 * has its name; nothing may have been changed in the file before.
 */
export function hasNotebookTable(
  connection: Connection,
  file: string,
  remedy: string,
): boolean {
  const [found] = readAll(
    connection,
    "SELECT type, sql FROM sqlite_schema WHERE type IN ('table', 'view') AND lower(name) = ?",
    [notebookTable],
  );
  if (!found) return false;
  const [kind, sql] = found;
  // Not of a view, whose columns may take for ever to be worked out, nor of a table of an extension that is not here.
  const isPlain = kind === "table" && !/^CREATE VIRTUAL/i.test(String(sql));
  const columns = isPlain
    ? readAll(
        connection,
        "SELECT name || pk FROM pragma_table_xinfo(?, 'main')",
        [notebookTable],
      ).flat()
    : [];
  if (!ownColumns.every((column) => columns.includes(column)))
    throw new FlowError(
      "invalid-argument",
      `${file} has a ${String(kind)} named ${notebookTable} that Flowbook has not made. That name is kept for the runs of a notebook. Rename it in the file with another program, or ${remedy}. Nothing was changed.`,
    );
  const [row] = readAll(
    connection,
    `SELECT value FROM ${notebookTable} WHERE kind = 'format' AND key = ''`,
  );
  if (row && Number(row[0]) > notebookFormat)
    throw new FlowError(
      "invalid-argument",
      `${file} was written by a newer Flowbook (format ${String(row[0])}; this one knows ${notebookFormat}). Update Flowbook, or ${remedy}.`,
    );
  return true;
}

/**
 * Throws, with `remedy` as what else can be done, if a file has triggers on the table, which Flowbook makes none of: whatever is
 * kept would set them off, and they may change the rows, keep nothing, or not end. Nothing may have been changed in the file before.
 */
export function refuseTriggers(
  connection: Connection,
  file: string,
  remedy: string,
): void {
  const triggers = readAll(
    connection,
    "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND lower(tbl_name) = ?",
    [notebookTable],
  ).flat();
  if (triggers.length > 0)
    throw new FlowError(
      "invalid-argument",
      `${file} has triggers on the table ${notebookTable} that Flowbook has not made: ${listNames(triggers.map(String), 5)}. They would be set off by what a run keeps there. Drop them in the file with another program, or ${remedy}. Nothing was changed.`,
    );
}

/** The columns of the table, each with its place in the primary key. */
const ownColumns = ["kind1", "run2", "key3", "value0"];

/** Takes everything out of the table, and the table out of the database; nothing if there is none. Throws if the table is of a newer format, or no such table. */
export function takeTable(connection: Connection): KeptEntry[] {
  if (!hasNotebookTable(connection, "The file", "choose another file"))
    return [];
  const entries: KeptEntry[] = [];
  for (const [kind, run, key, value] of readAll(
    connection,
    `SELECT kind, run, key, value FROM ${notebookTable} ORDER BY kind, run, key`,
  ))
    if (kind !== "format")
      entries.push(
        ...readEntry({
          kind: kind as KeptKind,
          run: String(run),
          key: key as string | number,
          value: String(value),
        }),
      );
  connection.run(`DROP TABLE ${notebookTable}`);
  return entries;
}

/**
 * An entry, whose value is given as text. A file may be from anywhere and damaged: what is not of the form that is written counts
 * as not there.
 */
export function readEntry(entry: KeptEntry & { value: string }): KeptEntry[] {
  let value: unknown;
  try {
    value = fromText(entry.value);
  } catch {
    return [];
  }
  return isWhole({ ...entry, value }) ? [{ ...entry, value }] : [];
}

function isWhole({ kind, run, key, value }: KeptEntry): boolean {
  switch (kind) {
    case "events":
    case "logs":
      return run !== "" && typeof key === "number" && Array.isArray(value);
    case "result":
      return run !== "" && typeof key === "string";
    case "cache":
      return (
        typeof (value as Partial<CacheEntry> | null)?.cacheKey === "string"
      );
    case "outputs":
      return typeof key === "string" && Array.isArray(value);
    case "writer":
      return (
        typeof key === "string" && typeof value === "object" && value !== null
      );
    default:
      return false;
  }
}

/** A value as text that gives it back: dates, maps, bigints, bytes, files and what refers to itself included. */
export async function toText(value: unknown): Promise<string> {
  const files = new Map<Blob, Uint8Array | undefined>();
  const text = encode(value, files);
  if (files.size === 0) return text;
  for (const file of files.keys())
    files.set(file, new Uint8Array(await file.arrayBuffer()));
  return encode(value, files);
}

export function fromText(text: string): unknown {
  return parse(text, {
    Entries: (entries: [string, unknown][]) => Object.fromEntries(entries),
    Error: ([name, message, stack]: [string, string, string | undefined]) =>
      Object.assign(new Error(message), { name, stack }),
    Blob: ([type, bytes]: [string, Uint8Array<ArrayBuffer>]) =>
      new Blob([bytes], { type }),
    File: ([type, bytes, name]: [string, Uint8Array<ArrayBuffer>, string]) =>
      new File([bytes], name, { type }),
  });
}

/** Bytes of a file come later than the text is made: what `files` does not know yet is put there. */
function encode(
  value: unknown,
  files: Map<Blob, Uint8Array | undefined>,
): string {
  const bytesOf = (file: Blob): Uint8Array | undefined => {
    if (!files.has(file)) files.set(file, undefined);
    return files.get(file);
  };
  try {
    return stringify(value, {
      // JSON from anywhere may have a key `__proto__`, which is refused in an object that is written as one.
      Entries: (part: unknown) =>
        typeof part === "object" &&
        part !== null &&
        Object.hasOwn(part, "__proto__") &&
        Object.entries(part),
      Error: (part: unknown) =>
        part instanceof Error && [part.name, part.message, part.stack],
      File: (part: unknown) =>
        typeof File === "function" &&
        part instanceof File && [part.type, bytesOf(part), part.name],
      Blob: (part: unknown) =>
        part instanceof Blob && [part.type, bytesOf(part)],
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FlowError(
      "cannot-copy",
      `This value cannot be kept in a file: ${reason}. Return plain data: objects, lists, text, numbers, dates, maps, sets and bytes.`,
      { cause },
    );
  }
}
