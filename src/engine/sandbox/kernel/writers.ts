import { type Current, jobOutside } from "./current.ts";
import type { Job } from "./job.ts";
import { defineLibraryTask } from "./libraryTask.ts";
import { realColumns } from "./rowTypes.ts";
import { toOptions } from "./readerOptions.ts";

/** Writes rows in a format. */
type Writer = (
  target: { current: Current; job: Job },
  rows: unknown,
  given: unknown,
) => Promise<unknown>;

const writers: Readonly<Record<string, Writer>> = {
  async Csv({ current, job }, rows, given) {
    const options = toOptions(given, "toCsv");
    return (await current.formats.use(job, "textWriter")).toCsv(rows, options);
  },
  async Ndjson({ current, job }, rows, given) {
    toOptions(given, "toNdjson", []);
    return (await current.formats.use(job, "textWriter")).toNdjson(rows);
  },
  async Parquet({ current, job }, rows, given) {
    const options = toOptions(given, "toParquet", ["columns", "types"]);
    const parquet = await current.formats.use(job, "parquetWriter");
    return parquet.toParquet(rows, options, realColumns(rows as object));
  },
  async Excel({ current, job }, rows, given) {
    const options = toOptions(given, "toExcel", ["columns", "sheet"]);
    const excel = await current.formats.use(job, "excelWriter");
    return excel.toExcel(rows, options);
  },
  async Sqlite({ current, job }, tables, given) {
    toOptions(given, "toSqlite", []);
    return (await current.formats.use(job, "sqlite")).toSqlite(tables);
  },
};

/** The tasks that make files of rows: `toX` for each format X. */
export function makeWriters(current: Current): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(writers).map(([format, write]) => {
      const name = `to${format}`;
      const fn = (rows: unknown, options: unknown) => {
        const job = jobOutside(current, name);
        return write({ current, job }, rows, options);
      };
      return [name, defineLibraryTask(current, name, ["rows", "options"], fn)];
    }),
  );
}
