/**
 * What a notebook's SQLite file holds besides the notebook's rows, where one file is all that there is: runs, results and
 * what may be reused, in one table. The page keeps these beside the database; a file that travels takes them along.
 *
 *   kind       run   key                     value
 *   "format"   ""    ""                      the number of the format
 *   "events"   run   number of the first     events
 *   "logs"     run   n                       lines of the log
 *   "result"   run   key of the result       the result
 *   "cache"    ""    key of the cache        CacheEntry
 *   "outputs"  ""    name of the cell        what the cell showed last
 */
import { parse, stringify } from "devalue";
import { FlowError } from "../../core/errors.ts";

export const notebookTable = "flowbook_notebook";
export const notebookFormat = 1;

export type KeptKind =
  "format" | "events" | "logs" | "result" | "cache" | "outputs";

export const createNotebookTable = `CREATE TABLE IF NOT EXISTS ${notebookTable} (kind TEXT NOT NULL, run TEXT NOT NULL, key NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, run, key)) WITHOUT ROWID`;
export const putEntry = `INSERT OR REPLACE INTO ${notebookTable} (kind, run, key, value) VALUES (?, ?, ?, ?)`;

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
