import type { DeclaredTypes } from "./rowStream.ts";

/** What the sources of rows say of their columns, as long as the task has the list. */
export const sourceTypes = new WeakMap<object, DeclaredTypes>();

/** Which columns of rows are REAL as their source says, though all their numbers may be whole; rows may have been changed since. */
export function realColumns(rows: object): DeclaredTypes {
  return Object.fromEntries(
    Object.entries(sourceTypes.get(rows) ?? {}).filter(
      ([name, type]) =>
        type === "REAL" &&
        (rows as Record<string, unknown>[]).every(
          ({ [name]: value }) => value === null || typeof value === "number",
        ),
    ),
  );
}
