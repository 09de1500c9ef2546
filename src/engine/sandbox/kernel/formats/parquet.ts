import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  type ParquetQueryFilter,
  parquetReadObjects,
  parquetSchema,
  type SchemaTree,
} from "hyparquet";
import { matchFilter } from "hyparquet/src/filter.js";
import { FlowError } from "../../../../core/errors.ts";
import { listNames, showValue } from "../../../../core/words.ts";
import type { DeclaredTypes, RowGroup } from "../rowStream.ts";
import type { ToldSource } from "./badLines.ts";
import {
  ColumnRecords,
  isDictionary,
  type StoredColumn,
  valuesOf,
} from "./columnRecords.ts";
import {
  type Convert,
  convertOf,
  isShortDecimal,
  withoutDecimals,
} from "./parquetDecimals.ts";
import { isFlat, outerOf, readStored, toPlain } from "./parquetColumns.ts";
import { HeldFile } from "./heldFile.ts";
import { explain, refuseUnread } from "./parquetErrors.ts";
import {
  nameForLibrary,
  ownName,
  withOwnNames,
  withSafeNames,
} from "./parquetNames.ts";
import { timestampParsers } from "./parquetTimes.ts";
import { atWholePlaces, type SlicedFile } from "./slicedFile.ts";

/** What can be unpacked without further code. */
const simpleCodecs = ["UNCOMPRESSED", "SNAPPY"];

interface Reading extends ToldSource {
  /** Loads what unpacks the other codecs. */
  loadCompressors(): Promise<Compressors>;
}

type Options = Readonly<Record<string, unknown>>;

/** Rows of a Parquet file, and the columns and types that they may not show: only the row groups, the columns and the pages that are asked for are read. */
export async function readParquet(
  file: SlicedFile,
  options: Options,
  source: Reading,
): Promise<{
  rows: object[];
  names: readonly string[];
  types: DeclaredTypes;
}> {
  const { read, start, end, names, types } = await open(file, options, source);
  return { rows: await read(start, end), names, types };
}

/** The same rows, one row group after the other. */
export async function* streamParquet(
  file: SlicedFile,
  options: Options,
  source: Reading,
): AsyncGenerator<object[]> {
  const parquet = await open(file, options, source);
  for (const [from, to] of rangesOf(parquet)) {
    const rows = await parquet.read(from, to);
    if (rows.length > 0) yield rows;
  }
}

/** Rows of a row group as their columns. */
export interface ParquetColumns {
  names: readonly string[];
  types: DeclaredTypes;
  columns: readonly StoredColumn[];
  rows: number;
}

/** The same without rows: each row group as its columns, or one without rows. To choose rows takes rows, so with a filter these are made. */
export async function* streamParquetColumns(
  file: SlicedFile,
  options: Options,
  source: Reading,
): AsyncGenerator<ParquetColumns> {
  const parquet = await open(file, options, source);
  let isEmpty = true;
  for (const [from, to] of rangesOf(parquet)) {
    const group = options.filter
      ? toColumns(parquet, await parquet.read(from, to))
      : await parquet.readColumns(from, to);
    if (group.rows === 0) continue;
    isEmpty = false;
    yield group;
  }
  if (isEmpty) yield toColumns(parquet, []);
}

/** The same for a load. */
export async function* encodeParquet(
  file: SlicedFile,
  options: Options,
  source: Reading,
): AsyncGenerator<RowGroup> {
  for await (const group of streamParquetColumns(file, options, source)) {
    const { names, types, columns, rows } = group;
    // A column without a dictionary takes longer so, as each value is looked at twice.
    const isMostlyStoredOnce =
      columns.filter(isDictionary).length * 2 >= columns.length;
    yield isMostlyStoredOnce
      ? new ColumnRecords(names, types, columns, rows)
      : { names, types, values: columns.map(valuesOf), rows };
  }
}

function toColumns(
  { names, types }: { names: readonly string[]; types: DeclaredTypes },
  rows: readonly object[],
): ParquetColumns {
  const columns = names.map((name) =>
    rows.map((row) => (row as Record<string, unknown>)[name]),
  );
  return { names, types, columns, rows: rows.length };
}

/** The rows that are asked for, by row group. */
function* rangesOf({
  metadata,
  start,
  end,
}: {
  metadata: FileMetaData;
  start: number;
  end: number;
}): Generator<[from: number, to: number]> {
  let first = 0;
  for (const { num_rows: count } of metadata.row_groups) {
    const last = first + Number(count);
    if (first < end && last > start)
      yield [Math.max(first, start), Math.min(last, end)];
    first = last;
  }
}

async function open(given: SlicedFile, options: Options, source: Reading) {
  const held = new HeldFile(given);
  const file = atWholePlaces(held);
  const stored = await readMetadata(file, source);
  const checked = check(options, stored, source);
  const { start, end, filter } = checked;
  const columns = checked.columns?.map(nameForLibrary);
  const compressors = usesOnly(stored, simpleCodecs)
    ? undefined
    : await source.loadCompressors();
  const metadata = withSafeNames(withoutDecimals(stored));
  const known = new Map(
    parquetSchema(metadata).children.map((column) => [
      column.element.name,
      column,
    ]),
  );
  // A column within another is named by its path, and is a part of the outer one.
  const outer = (name: string) => (known.has(name) ? name : outerOf(name));
  const converts = new Map<string, Convert>();
  for (const [name, column] of known) {
    const convert = convertOf(column, options.binaryAsText === true);
    if (convert) converts.set(name, convert);
  }
  // The library would compare what is stored.
  const asked = columnsOf(filter);
  const isOwnFilter = asked.some((name) => converts.has(outer(name)));
  const names = columns ? [...new Set(columns.map(outer))] : [...known.keys()];
  refuseUnread(known, [...new Set([...names, ...asked.map(outer)])], source);
  const types: DeclaredTypes = Object.fromEntries(
    names
      .filter((name) => isFractional(known.get(name)!))
      .map((name) => [ownName(name), "REAL"]),
  );
  const reading = {
    file: file as AsyncBuffer,
    metadata,
    useOffsetIndex: true,
    utf8: false,
    parsers: timestampParsers(source),
    ...(compressors ? { compressors } : {}),
  };
  const read = async (rowStart: number, rowEnd: number) => {
    try {
      const rows = await parquetReadObjects({
        ...reading,
        rowStart,
        rowEnd,
        ...(columns
          ? {
              columns: isOwnFilter
                ? [...new Set([...columns, ...asked])]
                : columns,
            }
          : {}),
        // Whole numbers of 64 bits are bigints as long as they are compared.
        ...(filter && !isOwnFilter ? { filter, filterStrict: false } : {}),
      });
      for (const row of rows)
        for (const column in row)
          row[column] = toPlain(
            converts.get(column)?.(row[column]) ?? row[column],
          );
      if (!filter || !isOwnFilter) return rows.map(withOwnNames);
      const wanted = new Set(columns?.map(outer));
      return rows
        .filter((row) => matchFilter(row, filter, false))
        .map((row) =>
          withOwnNames(
            columns
              ? Object.fromEntries(
                  Object.entries(row).filter(([name]) => wanted.has(name)),
                )
              : row,
          ),
        );
    } catch (cause) {
      throw await explain(cause, source, { file, metadata });
    }
  };
  const readColumns = async (
    rowStart: number,
    rowEnd: number,
  ): Promise<ParquetColumns> => {
    const wanted = { names, known, converts, columns };
    try {
      const found = await readStored(
        { ...reading, held },
        wanted,
        rowStart,
        rowEnd,
      );
      return {
        names: names.map(ownName),
        ...{ types, columns: found, rows: rowEnd - rowStart },
      };
    } catch (cause) {
      throw await explain(cause, source, { file, metadata });
    }
  };
  return {
    ...{ metadata, start, end, types, read, readColumns },
    names: names.map(ownName),
  };
}

/** Whether the numbers of a column are fractions, also where all that are there are whole. */
function isFractional(column: SchemaTree): boolean {
  const { type, logical_type, scale } = column.element;
  if (!isFlat(column)) return false;
  return (
    type === "FLOAT" ||
    type === "DOUBLE" ||
    logical_type?.type === "FLOAT16" ||
    (isShortDecimal(column) && (scale ?? 0) > 0)
  );
}

async function readMetadata(
  file: SlicedFile,
  source: ToldSource,
): Promise<FileMetaData> {
  try {
    return await parquetMetadataAsync(file as AsyncBuffer);
  } catch (cause) {
    throw await explain(cause, source);
  }
}

function usesOnly(metadata: FileMetaData, codecs: readonly string[]): boolean {
  return metadata.row_groups.every(({ columns }) =>
    columns.every(
      ({ meta_data }) => !meta_data || codecs.includes(meta_data.codec),
    ),
  );
}

function check(options: Options, metadata: FileMetaData, { name }: ToldSource) {
  const refuse = (message: string) => new FlowError("invalid-option", message);
  const known = parquetSchema(metadata).children.map(
    ({ element }) => element.name,
  );
  const { columns, rowStart = 0, rowEnd, filter } = options;
  if (
    columns !== undefined &&
    !(
      Array.isArray(columns) &&
      columns.every((column) => typeof column === "string")
    )
  )
    throw refuse(
      `columns must be a list of column names, not ${showValue(columns)}.`,
    );
  const missing = [...((columns ?? []) as string[]), ...columnsOf(filter)].find(
    (column) => !known.includes(column) && !known.includes(outerOf(column)),
  );
  if (missing !== undefined)
    throw refuse(
      `${name} has no column ${missing}. It has ${listNames(known, 20)}.`,
    );
  for (const [option, value] of Object.entries({ rowStart, rowEnd }))
    if (
      value !== undefined &&
      !(Number.isSafeInteger(value) && (value as number) >= 0)
    )
      throw refuse(
        `${option} must be a whole number from 0, not ${showValue(value)}.`,
      );
  const total = Number(metadata.num_rows);
  return {
    columns: columns as string[] | undefined,
    filter: filter as ParquetQueryFilter | undefined,
    start: Math.min(rowStart as number, total),
    end: Math.min((rowEnd as number | undefined) ?? total, total),
  };
}

const operators = "$gt $gte $lt $lte $eq $ne $in $nin $not".split(" ");
const joins = ["$and", "$or", "$nor"];

/** The columns that a filter asks about. Throws if it is none. */
function columnsOf(filter: unknown): string[] {
  if (filter === undefined) return [];
  const refuse = (what: string) =>
    new FlowError(
      "invalid-option",
      `filter says by column what its values must be: { delay: { $gt: 60 } }. ${what}`,
    );
  if (typeof filter !== "object" || filter === null || Array.isArray(filter))
    throw refuse(`It is not ${showValue(filter)}.`);
  return Object.entries(filter).flatMap(
    ([key, condition]: [string, unknown]) => {
      if (joins.includes(key)) {
        if (Array.isArray(condition)) return condition.flatMap(columnsOf);
        throw refuse(`${key} takes a list of filters.`);
      }
      if (typeof condition !== "object" || condition === null)
        throw refuse(
          `For ${key} it says ${showValue(condition)}; write { ${key}: { $eq: ${showValue(condition)} } }.`,
        );
      const unknown = Object.keys(condition).find(
        (operator) => !operators.includes(operator),
      );
      if (unknown !== undefined)
        throw refuse(
          `There is no ${unknown}; there are ${listNames(operators, 99)}.`,
        );
      return [key];
    },
  );
}
