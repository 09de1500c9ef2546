import type { DeclaredTypes } from "./rowStream.ts";

/** What the source of rows says of their columns. */
export interface SourceColumns {
  names: readonly string[];
  types: DeclaredTypes;
}

/** The columns of what was read, as long as the task has the list. */
export const sourceColumns = new WeakMap<object, SourceColumns>();

/** Which columns of rows are REAL as their source says, though all their numbers may be whole; rows may have been changed since. */
export function realColumns(rows: object): DeclaredTypes {
  return Object.fromEntries(
    Object.entries(sourceColumns.get(rows)?.types ?? {}).filter(
      ([name, type]) =>
        type === "REAL" &&
        (rows as Record<string, unknown>[]).every(
          ({ [name]: value }) => value === null || typeof value === "number",
        ),
    ),
  );
}
