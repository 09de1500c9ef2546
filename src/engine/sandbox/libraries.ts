import type { FormatLibrary, LibraryScript } from "../protocol.ts";
import kernelText from "./kernel/kernel.ts?sandbox-bundle";

/** The script of every task worker. */
export const kernel: string = kernelText;

/** The script of a library that cells may use; each is fetched when a notebook first uses it. */
export async function loadLibrary(name: string): Promise<string> {
  if (name === "plot")
    return (await import("./kernel/libraries/plot.ts?sandbox-bundle")).default;
  throw new Error(`There is no library ${name}.`);
}

const formats: Readonly<
  Record<FormatLibrary, () => Promise<{ default: string }>>
> = {
  archives: () => import("./kernel/libraries/archives.ts?sandbox-bundle"),
  csv: () => import("./kernel/libraries/csv.ts?sandbox-bundle"),
  encodings: () => import("./kernel/libraries/encodings.ts?sandbox-bundle"),
  json: () => import("./kernel/libraries/json.ts?sandbox-bundle"),
  jsonPath: () => import("./kernel/libraries/jsonPath.ts?sandbox-bundle"),
  loading: () => import("./kernel/libraries/loading.ts?sandbox-bundle"),
  html: () => import("./kernel/libraries/html.ts?sandbox-bundle"),
  parquet: () => import("./kernel/libraries/parquet.ts?sandbox-bundle"),
  parquetCompressors: () =>
    import("./kernel/libraries/parquetCompressors.ts?sandbox-bundle"),
  parquetWriter: () =>
    import("./kernel/libraries/parquetWriter.ts?sandbox-bundle"),
  textWriter: () => import("./kernel/libraries/textWriter.ts?sandbox-bundle"),
  excel: () => import("./kernel/libraries/excel.ts?sandbox-bundle"),
  excelWriter: () => import("./kernel/libraries/excelWriter.ts?sandbox-bundle"),
  sqlite: () => import("./kernel/libraries/sqlite.ts?sandbox-bundle"),
  requests: () => import("./kernel/libraries/requests.ts?sandbox-bundle"),
  rowChecks: () => import("./kernel/libraries/rowChecks.ts?sandbox-bundle"),
  tableCopies: () => import("./kernel/libraries/tableCopies.ts?sandbox-bundle"),
};

/** A library of what only some tasks need; each is fetched when a task first needs it. */
export async function loadFormatLibrary(
  name: FormatLibrary,
): Promise<LibraryScript> {
  const { default: script } = await formats[name]().catch((cause: unknown) => {
    throw new Error(
      `What this needs (${name}) could not be loaded. Check the connection and run again.`,
      { cause },
    );
  });
  return name === "sqlite" ? { script, wasm: await fetchSqlite() } : { script };
}

async function fetchSqlite(): Promise<ArrayBuffer> {
  // Few need it, and outside a page it is the file and not its address.
  const { default: url } = await import("sql.js/dist/sql-wasm.wasm?url");
  const response = await fetch(url);
  if (response.ok) return response.arrayBuffer();
  throw new Error(
    `SQLite could not be loaded (HTTP ${response.status}). Check the connection and run again.`,
  );
}
