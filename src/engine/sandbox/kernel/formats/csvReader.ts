import { BadLines, type ToldSource } from "./badLines.ts";
import {
  type Cell,
  type ColumnType,
  findMisfit,
  inferType,
  toCell,
} from "./csvColumns.ts";
import { findDialect } from "./csvDialect.ts";
import { readHeader } from "./csvHeader.ts";
import type { CsvOptions } from "./csvOptions.ts";
import { type Records, RecordScanner } from "./csvRecords.ts";
import { gather } from "./gather.ts";
import { refuseOther } from "./otherContent.ts";
import { skipLines } from "./skipLines.ts";

export type Row = Record<string, Cell>;

/** Records of which each is a row. */
export type GoodRecords = Pick<Records, "records" | "lines">;

/** Finds out how CSV text is written while it reads it. */
export class CsvReader {
  #options: CsvOptions;
  #source: ToldSource;
  #columns: readonly string[] = [];
  #declared: readonly (ColumnType | undefined)[] = [];
  #badLines: BadLines;

  constructor(options: CsvOptions, source: ToldSource) {
    this.#options = options;
    this.#source = source;
    this.#badLines = new BadLines(options.badLines, source);
  }

  /** The records of the text below its header, without those that are bad. */
  async *read(text: AsyncIterable<string>): AsyncGenerator<GoodRecords> {
    let scanner: RecordScanner | undefined;
    let isBegun = false;
    const { skip } = this.#options;
    const counted = skip === 0 ? text : skipLines(text, skip);
    for await (const { piece, isLast } of gather(counted)) {
      if (!scanner) {
        refuseOther(piece, isLast, this.#source);
        const dialect = findDialect(piece, isLast, this.#options);
        scanner = new RecordScanner(dialect, skip + 1);
      }
      const batch = scanner.push(piece, isLast);
      let from = 0;
      if (!isBegun && batch.records.length > 0) {
        from = this.#begin(batch) ? 1 : 0;
        isBegun = true;
      }
      if (isBegun || batch.bad.length > 0) yield this.#check(batch, from);
    }
    if (!isBegun) this.#begin({ records: [], lines: [] });
    this.#badLines.summarise();
  }

  /** The columns, when the first records have come. */
  get columns(): readonly string[] {
    return this.#columns;
  }

  /** The types of columns that were declared. */
  get declared(): readonly (ColumnType | undefined)[] {
    return this.#declared;
  }

  typesOf(records: readonly string[][]): ColumnType[] {
    return this.#columns.map(
      (_, index) =>
        this.#declared[index] ?? inferType(records, index, this.#options.marks),
    );
  }

  toRows(records: readonly string[][], types: readonly ColumnType[]): Row[] {
    const columns = this.#columns;
    const width = columns.length;
    return records.map((fields) => {
      const row: Row = {};
      for (let index = 0; index < width; index++) {
        const value = toCell(fields[index], types[index]!, this.#options.marks);
        // A column of this name would set the row's prototype instead.
        if (columns[index] === "__proto__")
          Object.defineProperty(row, "__proto__", {
            value,
            enumerable: true,
            configurable: true,
            writable: true,
          });
        else row[columns[index]!] = value;
      }
      return row;
    });
  }

  /** Finds out the columns, and says whether the first record is their names. */
  #begin(first: GoodRecords): boolean {
    const { names, declared, isFirst, title } = readHeader(
      first,
      this.#options,
      this.#source,
    );
    this.#columns = names;
    this.#declared = declared;
    this.#badLines.reason = title;
    return isFirst;
  }

  /** Leaves out the records before `from` and those that do not fit the columns, and tells of all bad lines in their order. */
  #check(batch: Records, from: number): GoodRecords {
    if (this.#options.nulls.size > 0) this.#takeOutNulls(batch.records, from);
    const isGood = (fields: readonly string[]) =>
      this.#problemOf(fields) === undefined;
    if (from === 0 && batch.bad.length === 0 && batch.records.every(isGood))
      // Without what tells the text of each: that is the whole text.
      return { records: batch.records, lines: batch.lines };
    const records: string[][] = [];
    const lines: number[] = [];
    const bad = [...batch.bad];
    for (const [index, fields] of batch.records.entries()) {
      if (index < from) continue;
      const line = batch.lines[index]!;
      const problem = this.#problemOf(fields);
      if (problem === undefined) {
        records.push(fields);
        lines.push(line);
      } else bad.push({ line, text: batch.textOf(index), problem });
    }
    for (const one of bad.sort((a, b) => a.line - b.line))
      this.#badLines.tell(one);
    return { records, lines };
  }

  /** What is null is as a field that is missing. */
  #takeOutNulls(records: readonly (string | undefined)[][], from: number) {
    const { nulls } = this.#options;
    for (let row = from; row < records.length; row += 1) {
      const fields = records[row]!;
      for (let index = 0; index < fields.length; index += 1)
        if (nulls.has(fields[index]!)) fields[index] = undefined;
    }
  }

  #problemOf(fields: readonly string[]): string | undefined {
    const width = this.#columns.length;
    if (fields.length > width)
      return `it has ${fields.length} fields, and there ${width === 1 ? "is 1 column" : `are ${width} columns`}`;
    for (const [index, type] of this.#declared.entries()) {
      if (!type) continue;
      const misfit = findMisfit(fields[index], type, this.#options.marks);
      if (misfit)
        return `column ${this.#columns[index]}: ${misfit}. Declare the column as "TEXT" if that is right`;
    }
    return undefined;
  }
}
