import {
  type FileMetaData,
  parquetRead,
  type RowGroup,
  type SchemaTree,
} from "hyparquet";
import type { StoredColumn } from "./columnRecords.ts";
import type { Convert } from "./parquetDecimals.ts";
import {
  type DictionaryReading,
  rangeOf,
  readDictionaryColumn,
} from "./parquetDictionaries.ts";
import type { HeldFile } from "./heldFile.ts";
import { withOwnNames } from "./parquetNames.ts";

/** How to read columns of a file. */
export interface ColumnReading extends DictionaryReading {
  /** What the file reads from. */
  held: HeldFile;
  metadata: FileMetaData;
}

/** Which columns are wanted. */
export interface WantedColumns {
  names: readonly string[];
  known: ReadonlyMap<string, SchemaTree>;
  /** What the values of some become. */
  converts: ReadonlyMap<string, Convert>;
  /** The columns that were asked for, also by their paths; undefined if all were. */
  columns: readonly string[] | undefined;
}

/** Reads columns, from one row to before another that is in the same row group. */
export async function readStored(
  reading: ColumnReading,
  { names, known, converts, columns }: WantedColumns,
  rowStart: number,
  rowEnd: number,
): Promise<StoredColumn[]> {
  const convertOf = (name: string): Convert | undefined => {
    const convert = converts.get(name);
    if (convert) return (value) => toPlain(convert(value));
    return isFlat(known.get(name)!) ? undefined : toPlain;
  };
  const found = new Map<string, StoredColumn>();
  const { held, metadata } = reading;
  const [whole, next] = wholeGroup(metadata, rowStart, rowEnd);
  // The library says what is wrong with one that has other columns than the file.
  const hasKnown = whole?.columns.every(({ meta_data }) =>
    known.has(meta_data?.path_in_schema[0] ?? ""),
  );
  const group = hasKnown ? whole : undefined;
  if (group) hold(held, group, names);
  for (const name of group ? names : []) {
    const tree = known.get(name)!;
    if (!isFlat(tree)) continue;
    const convert = convertOf(name);
    const column = await readDictionaryColumn(reading, group!, tree, convert);
    if (column) found.set(name, column);
  }
  const others = names.filter((name) => !found.has(name));
  if (others.length > 0) {
    const parts = new Map(
      others.map((name) => [
        name,
        new ColumnParts(rowStart, rowEnd, convertOf(name)),
      ]),
    );
    const left = columns?.filter((name) => !found.has(name)) ?? others;
    await parquetRead({
      ...reading,
      ...(columns || found.size > 0 ? { columns: left } : {}),
      rowStart,
      rowEnd,
      onChunk: (chunk) =>
        parts.get(chunk.columnName)?.add(chunk.columnData, chunk.rowStart),
    });
    for (const [name, column] of parts) found.set(name, column.values());
  }
  // It comes while these rows are encoded.
  if (next) hold(held, next, names);
  return names.map((name) => found.get(name)!);
}

/** The row group that has these rows and no others, and the next one. */
function wholeGroup(
  { row_groups: groups }: FileMetaData,
  from: number,
  to: number,
): RowGroup[] {
  let first = 0;
  for (const [at, { num_rows: count }] of groups.entries()) {
    const last = first + Number(count);
    if (first === from && last === to) return groups.slice(at, at + 2);
    first = last;
  }
  return [];
}

/** Reads the columns of a row group at once, if they are near to each other. */
function hold(file: HeldFile, group: RowGroup, names: readonly string[]): void {
  let start = Infinity;
  let end = 0;
  let size = 0;
  for (const { meta_data } of group.columns) {
    if (!meta_data || !names.includes(meta_data.path_in_schema[0]!)) continue;
    const range = rangeOf(meta_data);
    start = Math.min(start, range.start);
    end = Math.max(end, range.end);
    size += range.end - range.start;
  }
  if (end - start < size * 2) file.hold(start, end);
}

/** Puts the parts of a column together, from row `from` to before `to`. */
class ColumnParts {
  #from: number;
  #to: number;
  /** What each value becomes; undefined if they are what they should be. */
  #convert: Convert | undefined;
  #parts: { data: ArrayLike<unknown>; rowStart: number }[] = [];

  constructor(from: number, to: number, convert: Convert | undefined) {
    this.#from = from;
    this.#to = to;
    this.#convert = convert;
  }

  add(data: ArrayLike<unknown>, rowStart: number): void {
    this.#parts.push({ data, rowStart });
  }

  values(): ArrayLike<unknown> {
    const rows = this.#to - this.#from;
    const [only, ...others] = this.#parts;
    const isWhole =
      only?.rowStart === this.#from &&
      only.data.length === rows &&
      others.length === 0;
    const convert = this.#convert;
    if (isWhole && !convert) return only.data;
    const values = new Array<unknown>(rows).fill(null);
    for (const { data, rowStart } of this.#parts)
      for (let index = 0; index < data.length; index += 1) {
        const row = rowStart + index - this.#from;
        if (row >= 0 && row < rows)
          values[row] = convert ? convert(data[index]) : data[index];
      }
    return values;
  }
}

/** Whether each value stands for itself, with none within it. */
export function isFlat({ element, children }: SchemaTree): boolean {
  return children.length === 0 && element.repetition_type !== "REPEATED";
}

/** The name of the column that one within it is a part of. */
export function outerOf(path: string): string {
  return path.split(".")[0]!;
}

/** Whole numbers as numbers where these are exact, also inside lists and objects. */
export function toPlain(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (typeof value !== "object" || value === null) return value ?? null;
  if (Array.isArray(value)) return value.map(toPlain);
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  for (const [key, child] of Object.entries(value))
    (value as Record<string, unknown>)[key] = toPlain(child);
  return withOwnNames(value);
}
