import type { ToldSource } from "./badLines.ts";
import type { ColumnType } from "./csvColumns.ts";
import type { CsvOptions } from "./csvOptions.ts";
import { CsvReader, type GoodRecords, type Row } from "./csvReader.ts";

export { encodeCsv } from "./csvBytes.ts";
export { streamCsvColumns, streamCsvColumnsOnce } from "./csvGroups.ts";
export { readCsvOptions } from "./csvOptions.ts";

/**
 * All rows of CSV or TSV text. A column whose values are all numbers, as far as there are any, holds numbers, and null where
 * there is nothing; any other column holds its text. The names are of the columns, which no row may show.
 */
export async function readCsv(
  text: AsyncIterable<string>,
  options: CsvOptions,
  source: ToldSource,
): Promise<{ rows: Row[]; names: readonly string[] }> {
  const reader = new CsvReader(options, source);
  const batches: GoodRecords[] = [];
  for await (const batch of reader.read(text)) batches.push(batch);
  const records = batches.flatMap((batch) => batch.records);
  const rows = reader.toRows(records, reader.typesOf(records));
  return { rows, names: reader.columns };
}

/** The same rows in batches, as the text comes in. Types are those of the first batch; what does not fit them later is text. */
export async function* streamCsv(
  text: AsyncIterable<string>,
  options: CsvOptions,
  source: ToldSource,
): AsyncGenerator<Row[]> {
  const reader = new CsvReader(options, source);
  let types: readonly ColumnType[] | undefined;
  for await (const { records } of reader.read(text)) {
    if (records.length === 0) continue;
    types ??= reader.typesOf(records);
    yield reader.toRows(records, types);
  }
}
