/** How rows that come a piece at a time become the text of a file. */
import type { SqlValue } from "../protocol.ts";

export type Rows = readonly Record<string, SqlValue>[];

/** Writes rows as a file, some after the others; fetched when it is first wanted. */
export interface TextWriter {
  write(rows: Rows): string;
  end(): string;
}

export async function csvWriter(
  columns: readonly string[],
): Promise<TextWriter> {
  const { toCsv } = await import("../sandbox/kernel/formats/csvWriter.ts");
  let header = true;
  const write = (rows: Rows) => {
    if (rows.length === 0 && !header) return "";
    const text = toCsv(rows, { columns, header });
    header = false;
    return text;
  };
  return { write, end: () => write([]) };
}

export async function jsonWriter(): Promise<TextWriter> {
  const { toJsonValue } =
    await import("../sandbox/kernel/formats/jsonValue.ts");
  let isFirst = true;
  return {
    write(rows) {
      let text = "";
      for (const row of rows) {
        // Looking at each value through a function takes several times as long.
        const line = isPlain(row)
          ? JSON.stringify(row)
          : JSON.stringify(row, toJsonValue);
        text += (isFirst ? "[\n" : ",\n") + line;
        isFirst = false;
      }
      return text;
    },
    end: () => (isFirst ? "[]\n" : "\n]\n"),
  };
}

/** Whether JSON has words for all of it. */
function isPlain(row: Record<string, SqlValue>): boolean {
  for (const name in row) {
    const value = row[name];
    if (
      value !== null &&
      typeof value !== "string" &&
      !(typeof value === "number" && Number.isFinite(value))
    )
      return false;
  }
  return true;
}
