/** A way to keep a SQLite database in the browser. */
export interface StorageContender {
  /** Opens the database, which is empty at first. */
  open(): Promise<void>;
  /** Runs statements as one transaction, which is on disk when it is done. */
  commit(sql: string): Promise<void>;
  /** Does what is done between transactions, if anything. */
  rest(): Promise<void>;
  /** The first value that a query gives. */
  first(sql: string): Promise<unknown>;
  /** Lets go of the database, so that it can be opened again. */
  close(): Promise<void>;
}

/** What they are called. Ours and its peer come after the one that writes most equally often. */
export const contenderNames = [
  "Flowbook",
  "export() and one value",
  "sqlite-wasm, opfs-sahpool",
  "Flowbook, comparing exports",
] as const;

export type ContenderName = (typeof contenderNames)[number];
