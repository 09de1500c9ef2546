/**
 * CSV text as columns, without an object for each row, of the types that all their values have.
 *
 * The types are taken from the first batch. Only where a later value speaks against them are those of the whole text looked for,
 * and the columns are given from the beginning once more; so it takes text that can be read again.
 */
import type { ColumnGroup, Restart } from "../rowStream.ts";
import type { BadLineRule, ToldSource } from "./badLines.ts";
import { type ColumnType, kindOf, toCell } from "./csvColumns.ts";
import type { CsvOptions } from "./csvOptions.ts";
import type { NumberMarks } from "./numberMarks.ts";
import { CsvReader } from "./csvReader.ts";

/** The rows of `readCsv` as columns. After "restart" come all of them again, and what came before does not count. */
export async function* streamCsvColumns(
  open: () => AsyncIterable<string>,
  options: CsvOptions,
  source: ToldSource,
): AsyncGenerator<ColumnGroup | Restart> {
  const rules = new BadLineRules(options.badLines);
  const readerWith = (badLines: BadLineRule) =>
    new CsvReader({ ...options, badLines }, source);

  const first = readerWith(rules.first);
  let types: ColumnType[] | undefined;
  let isWrong = false;
  for await (const { records } of first.read(open())) {
    if (records.length === 0) continue;
    types ??= findTypes(
      first.columns.length,
      first.declared,
      records,
      options.marks,
    );
    const group = toGroup(first.columns, types, records, options.marks);
    isWrong = group === undefined;
    if (!group) break;
    yield { ...group, types: options.types };
  }
  if (!types) yield columnsOnly(first, options);
  if (!isWrong) return;

  const second = readerWith(rules.silent);
  const finder = new TypeFinder(options.marks);
  for await (const { records } of second.read(open())) finder.add(records);
  const found = finder.types(second.columns.length, second.declared);
  yield "restart";
  const third = readerWith(rules.last);
  for await (const { records } of third.read(open())) {
    const group = toGroup(third.columns, found, records, options.marks);
    if (!group) throw new Error(`${source.name} changed while it was read.`);
    if (group.rows > 0) yield { ...group, types: options.types };
  }
}

/** The rows of `streamCsv` as columns, of text that can be read only once. */
export async function* streamCsvColumnsOnce(
  text: AsyncIterable<string>,
  options: CsvOptions,
  source: ToldSource,
): AsyncGenerator<ColumnGroup> {
  const reader = new CsvReader(options, source);
  let types: readonly ColumnType[] | undefined;
  for await (const { records } of reader.read(text)) {
    if (records.length === 0) continue;
    types ??= reader.typesOf(records);
    const values = types.map((type, index) =>
      records.map((fields) => toCell(fields[index], type, options.marks)),
    );
    yield {
      names: reader.columns,
      types: options.types,
      values,
      rows: records.length,
    };
  }
  if (!types) yield columnsOnly(reader, options);
}

/** What is known of a file without rows. */
function columnsOnly(
  { columns: names }: CsvReader,
  { types }: CsvOptions,
): ColumnGroup {
  return { names, types, values: names.map(() => []), rows: 0 };
}

/** What is known of columns that were not declared. */
class TypeFinder {
  readonly #marks: NumberMarks;
  #seen: ("number" | "boolean" | "text" | undefined)[] = [];

  constructor(marks: NumberMarks) {
    this.#marks = marks;
  }

  add(records: readonly (readonly string[])[]): void {
    for (const fields of records)
      for (let index = 0; index < fields.length; index += 1) {
        const text = fields[index];
        if (!text || this.#seen[index] === "text") continue;
        const kind = kindOf(text, this.#marks);
        const seen = (this.#seen[index] ??= kind);
        if (seen !== kind) this.#seen[index] = "text";
      }
  }

  types(
    width: number,
    declared: readonly (ColumnType | undefined)[],
  ): ColumnType[] {
    return Array.from(
      { length: width },
      (_, index) => declared[index] ?? this.#seen[index] ?? "empty",
    );
  }
}

function findTypes(
  width: number,
  declared: readonly (ColumnType | undefined)[],
  records: readonly (readonly string[])[],
  marks: NumberMarks,
): ColumnType[] {
  const finder = new TypeFinder(marks);
  finder.add(records);
  return finder.types(width, declared);
}

/** The records as columns; undefined if a value does not fit the type that was inferred for its column. */
function toGroup(
  names: readonly string[],
  types: readonly ColumnType[],
  records: readonly (readonly string[])[],
  marks: NumberMarks,
): ColumnGroup | undefined {
  const values: unknown[][] = [];
  for (const [index, type] of types.entries()) {
    const column = toColumn(records, index, type, marks);
    if (!column) return undefined;
    values.push(column);
  }
  return { names, values, rows: records.length };
}

function toColumn(
  records: readonly (readonly string[])[],
  index: number,
  type: ColumnType,
  marks: NumberMarks,
): unknown[] | undefined {
  const column = new Array<unknown>(records.length);
  const isFound = type === "number" || type === "boolean";
  for (let row = 0; row < records.length; row += 1) {
    const text = records[row]![index];
    if (type === "empty" && text) return undefined;
    const value = toCell(text, type, marks);
    if (isFound && typeof value === "string") return undefined;
    column[row] = value;
  }
  return column;
}

/** The rule for bad lines in each reading: a function is told of every line once, and the summary comes at the end of the last. */
class BadLineRules {
  readonly #given: BadLineRule;
  #told = 0;

  constructor(given: BadLineRule) {
    this.#given = given;
  }

  get first(): BadLineRule {
    const given = this.#given;
    if (typeof given !== "function") return given;
    return (bad) => {
      this.#told += 1;
      given(bad);
    };
  }

  get silent(): BadLineRule {
    return this.#given === "fail" ? "fail" : () => {};
  }

  get last(): BadLineRule {
    const given = this.#given;
    if (typeof given !== "function") return given;
    let line = 0;
    return (bad) => {
      line += 1;
      if (line > this.#told) given(bad);
    };
  }
}
