/** What is kept in the table of a notebook's file, entry by entry. */
import type { KeptKind } from "../core/kept.ts";
import { putEntry } from "../engine/database/notebookTable.ts";
import type { Connection, Statement } from "../engine/database/sqlite.ts";

/** Something that is kept. */
export interface Entry {
  kind: KeptKind | "format";
  run: string;
  key: string | number;
  /** As text; see `toText`. */
  value: string;
}

/** What puts an entry, made once for each connection: that takes as long as two entries. */
const inserts = new WeakMap<Connection, Statement>();

/** Puts entries into the table, in the transaction that is open. */
export function insert(
  connection: Connection,
  entries: readonly Entry[],
): void {
  if (entries.length === 0) return;
  let statement = inserts.get(connection);
  if (!statement) {
    statement = connection.prepare(putEntry);
    inserts.set(connection, statement);
  }
  try {
    for (const { kind, run, key, value } of entries)
      statement.run([kind, run, key, value]);
  } finally {
    statement.free();
  }
}

/** What is different for every entry. */
export function placeOf({ kind, run, key }: Omit<Entry, "value">): string {
  return `${kind} ${run} ${key}`;
}

/** Compares entries of a kind: by run, then by key. */
export function byKey(one: Entry, other: Entry): number {
  if (one.run !== other.run) return one.run < other.run ? -1 : 1;
  if (typeof one.key === "number" && typeof other.key === "number")
    return one.key - other.key;
  return String(one.key) < String(other.key) ? -1 : 1;
}
