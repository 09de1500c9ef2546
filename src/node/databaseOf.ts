import { basename, dirname, join } from "node:path";

/** The SQLite file of a notebook unless told otherwise: beside it, under its name. */
export function databaseOf(notebook: string): string {
  const name = basename(notebook).replace(/(\.flow)?\.md$/, "");
  return join(dirname(notebook), `${name}.sqlite`);
}
