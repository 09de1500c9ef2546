/**
 * The rows of a query as a file. They are read from the database as it is saved when that begins, a few milliseconds at a time,
 * so that everyone else's queries and commits go on meanwhile.
 */
import type { ExportOptions } from "../services.ts";
import { BlobPieces } from "./blobPieces.ts";
import {
  openCursor,
  turn,
  type ExportSource,
  type WriteSteps,
} from "./exportSource.ts";
import type { LentParts } from "./pageFile.ts";
import type { OpenFile } from "./databaseFile.ts";
import { csvWriter, jsonWriter } from "./exportWriters.ts";
import { writeParquet } from "./exportParquet.ts";
import { copyRows } from "./exportTable.ts";
import type { Sqlite } from "./sqlite.ts";

const types: Readonly<Record<ExportOptions["format"], string>> = {
  csv: "text/csv",
  json: "application/json",
  parquet: "application/vnd.apache.parquet",
  sqlite: "application/vnd.sqlite3",
};

/** A file of rows in the making. */
export class RowExport {
  readonly #lent: LentParts;
  readonly #file: OpenFile;
  readonly #type: string;
  readonly #steps: WriteSteps;
  #rows = 0;
  #isClosed = false;

  constructor(sqlite: Sqlite, lent: LentParts, sql: string, as: ExportOptions) {
    this.#lent = lent;
    this.#file = openLent(sqlite, lent);
    this.#type = types[as.format];
    const connection = this.#file.reader;
    this.#steps = writers[as.format]({ sqlite, connection, sql, as });
  }

  /** Goes on for a moment; gives how many rows are written, and the file when all are. */
  async advance(): Promise<{ rows: number; file?: Blob }> {
    try {
      const step = await this.#steps.next();
      if (!step.done) return { rows: (this.#rows = step.value) };
      await this.close();
      const file = new Blob([step.value], { type: this.#type });
      return { rows: this.#rows, file };
    } catch (thrown) {
      // What went wrong first is the reason.
      await this.close().catch(() => undefined);
      throw thrown;
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // It puts away what it reads with, when it has had its turn.
    try {
      await this.#steps.return("");
    } finally {
      try {
        this.#file.close();
      } finally {
        this.#lent.giveBack();
      }
    }
  }
}

function openLent(sqlite: Sqlite, { parts }: LentParts): OpenFile {
  return sqlite.connect({
    size: parts.reduce((size, { length }) => size + length, 0),
    segments: new Map(parts.entries()),
    deltas: [],
    damage: undefined,
  });
}

const writers: Readonly<
  Record<ExportOptions["format"], (source: ExportSource) => WriteSteps>
> = {
  csv: (source) => writeText(source, csvWriter),
  json: (source) => writeText(source, jsonWriter),
  parquet: (source) => writeParquet(source),
  sqlite: copyRows,
};

async function* writeText(
  source: ExportSource,
  makeWriter: typeof csvWriter,
): WriteSteps {
  const cursor = openCursor(source);
  try {
    const writer = await makeWriter(cursor.columns);
    const pieces = new BlobPieces();
    let count = 0;
    while (!cursor.isDone) {
      // Writing them takes about as long.
      const rows = cursor.read(performance.now() + turn / 2);
      count += rows.length;
      pieces.add(writer.write(rows));
      await pieces.settle();
      yield count;
    }
    pieces.add(writer.end());
    return await pieces.end(types[source.as.format]);
  } finally {
    cursor.close();
  }
}
