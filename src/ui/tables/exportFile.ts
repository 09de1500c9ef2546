import type { DatabaseService, ExportOptions } from "../../engine/services.ts";

/** What an export is told with, and stopped by. */
export interface ExportWatch {
  told: (rows: number) => void;
  signal: AbortSignal;
}

/** The rows of a query as a file; undefined if it was stopped. The database has others' turns between the steps. */
export async function exportFile(
  database: Pick<
    DatabaseService,
    "beginExport" | "continueExport" | "endExport"
  >,
  sql: string,
  as: ExportOptions,
  { told, signal }: ExportWatch,
): Promise<Blob | undefined> {
  const id = await database.beginExport(sql, as);
  while (!signal.aborted) {
    const { rows, file } = await database.continueExport(id);
    if (file) return file;
    told(rows);
  }
  await database.endExport(id);
  return undefined;
}
