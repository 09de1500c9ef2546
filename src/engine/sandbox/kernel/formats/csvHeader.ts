import { FlowError } from "../../../../core/errors.ts";
import { listNames } from "../../../../core/words.ts";
import type { ToldSource } from "./badLines.ts";
import { type ColumnType, nameColumns } from "./csvColumns.ts";
import { isHeader } from "./csvDialect.ts";
import type { CsvOptions } from "./csvOptions.ts";
import type { Records } from "./csvRecords.ts";
import { findShortTitle, findWidePlace, sayToSkip } from "./titleLines.ts";

/** The columns of a CSV file. */
export interface CsvHeader {
  names: readonly string[];
  /** Their types, of those that were declared. */
  declared: readonly (ColumnType | undefined)[];
  /** Whether the first record of the file names them. */
  isFirst: boolean;
  /** What to say of bad lines if that is most likely a title. */
  title: string | undefined;
}

/** Those of which it was told that their first line may be a title: a file may be read several times. */
const told = new WeakSet<ToldSource>();

/** The columns, going by the first records of a file and the options. */
export function readHeader(
  { records, lines }: Pick<Records, "records" | "lines">,
  { header, marks, types }: CsvOptions,
  source: ToldSource,
): CsvHeader {
  const [first = [], second] = records;
  const isFirst =
    header === true || (header === undefined && isHeader(first, second, marks));
  const given = typeof header === "object" ? header : [];
  const head = isFirst ? first : given;
  const firstRow = isFirst ? second : first;
  const width =
    head.length > 0 && isFirst
      ? head.length
      : Math.max(head.length, firstRow?.length ?? 0);
  const names = nameColumns(head, width);
  const title = isFirst ? findShortTitle(records, lines) : undefined;
  const unknown = Object.keys(types).find((column) => !names.includes(column));
  if (unknown !== undefined)
    throw new FlowError(
      "invalid-option",
      `${source.name} has no column ${unknown}. It has ${listNames(names, 20)}.${title ? ` ${title}` : ""}`,
    );
  const declared = names.map((column) =>
    Object.hasOwn(types, column) ? types[column] : undefined,
  );
  const wide = isFirst ? findWidePlace(records) : undefined;
  if (wide !== undefined && !told.has(source)) {
    told.add(source);
    source.warn(
      `Line ${lines[0]} of ${source.name} names 1 of ${width} columns. ${sayToSkip("line", lines[wide]!)}`,
    );
  }
  return { names, declared, isFirst, title };
}
