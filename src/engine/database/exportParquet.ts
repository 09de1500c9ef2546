/** The rows of a query as a Parquet file, read twice: what the columns are can be told only when all rows have been seen. */
import { mostColumns, quoteName } from "../../core/sqliteRules.ts";
import type { ParquetColumn } from "../sandbox/kernel/formats/parquetWriter.ts";
import { BlobPieces } from "./blobPieces.ts";
import {
  openCursor,
  openUnsorted,
  turn,
  type ExportSource,
  type WriteSteps,
} from "./exportSource.ts";

/** Rows of a group: enough to pack well, and few enough to be written in a moment. */
const groupRows = 10_000;

export async function* writeParquet(source: ExportSource): WriteSteps {
  const { ColumnKinds, ParquetPieces } =
    await import("../sandbox/kernel/formats/parquetWriter.ts");
  const cursor = openCursor(source);
  try {
    const kinds = cursor.columns.map((name) => new ColumnKinds(name));
    const columns = yield* findTypes(source, cursor.columns, kinds);
    const pieces = new BlobPieces();
    const file = new ParquetPieces(columns, (bytes) => pieces.add(bytes));
    let count = 0;
    let group: Record<string, unknown>[] = [];
    while (!cursor.isDone) {
      group = group.concat(cursor.read(performance.now() + turn));
      if (group.length >= groupRows || cursor.isDone) {
        file.write(group, count);
        count += group.length;
        group = [];
        await pieces.settle();
      }
      yield count;
    }
    file.end();
    return await pieces.end("");
  } finally {
    cursor.close();
  }
}

/** What a column is, found out from values. */
interface Kinds {
  see(rows: readonly Record<string, unknown>[]): void;
  type(declared?: unknown): ParquetColumn["type"];
}

/** The types of the columns. That all numbers of one are REAL cannot be seen where they are whole, and is asked. */
async function* findTypes(
  source: ExportSource,
  names: readonly string[],
  kinds: readonly Kinds[],
): AsyncGenerator<number, ParquetColumn[]> {
  const letters = inGroups(
    names.map((name) => `substr(typeof(${quoteName(name)}), 1, 1)`),
  );
  const seen = new Set<unknown>();
  // A query has no more columns than a table.
  const isFull = names.length >= mostColumns;
  for (const select of isFull ? ["*", letters] : [`*, ${letters}`]) {
    const cursor = openUnsorted(source, select);
    const asked = select === "*" ? undefined : cursor.columns.at(-1)!;
    try {
      while (!cursor.isDone) {
        const rows = cursor.read(performance.now() + turn);
        if (select !== letters) for (const kind of kinds) kind.see(rows);
        if (asked !== undefined) for (const row of rows) seen.add(row[asked]);
        yield 0;
      }
    } finally {
      cursor.close();
    }
  }
  return names.map((name, at) => {
    const found = new Set(Array.from(seen, (types) => String(types)[at]));
    found.delete("n");
    const isReal = found.size === 1 && found.has("r");
    return { name, type: kinds[at]!.type(isReal ? "REAL" : undefined) };
  });
}

/** Texts joined in SQL: an expression may be a thousand deep, and is as deep as it has parts in a row. */
function inGroups(parts: readonly string[]): string {
  const size = 100;
  const groups: string[] = [];
  for (let at = 0; at < parts.length; at += size)
    groups.push(`(${parts.slice(at, at + size).join(" || ")})`);
  return groups.join(" || ");
}
