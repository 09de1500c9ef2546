/** The rows of a query as a Parquet file, read twice: what the columns are can be told only when all rows have been seen. */
import { quoteName } from "../../core/sqliteRules.ts";
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
  const letters = names.map(
    (name) => `substr(typeof(${quoteName(name)}), 1, 1)`,
  );
  const cursor = openUnsorted(source, letters.join(" || "));
  const asked = cursor.columns.at(-1)!;
  const seen = new Set<unknown>();
  try {
    while (!cursor.isDone) {
      const rows = cursor.read(performance.now() + turn);
      for (const kind of kinds) kind.see(rows);
      for (const row of rows) seen.add(row[asked]);
      yield 0;
    }
  } finally {
    cursor.close();
  }
  return names.map((name, at) => {
    const found = new Set(Array.from(seen, (types) => String(types)[at]));
    found.delete("n");
    const isReal = found.size === 1 && found.has("r");
    return { name, type: kinds[at]!.type(isReal ? "REAL" : undefined) };
  });
}
