import { FlowError } from "../../../../core/errors.ts";
import { listNames } from "../../../../core/words.ts";
import type { ToldSource } from "./badLines.ts";
import { type ColumnType, nameColumns } from "./csvColumns.ts";
import { isHeader } from "./csvDialect.ts";
import type { CsvOptions } from "./csvOptions.ts";

/** The columns of a CSV file. */
export interface CsvHeader {
  names: readonly string[];
  /** Their types, of those that were declared. */
  declared: readonly (ColumnType | undefined)[];
  /** Whether the first record of the file names them. */
  isFirst: boolean;
}

/** The columns, going by the first records of a file and the options. */
export function readHeader(
  [first = [], second]: readonly (readonly string[])[],
  { header, types }: CsvOptions,
  source: ToldSource,
): CsvHeader {
  const isFirst =
    header === true || (header === undefined && isHeader(first, second));
  const given = typeof header === "object" ? header : [];
  const head = isFirst ? first : given;
  const firstRow = isFirst ? second : first;
  const width =
    head.length > 0 && isFirst
      ? head.length
      : Math.max(head.length, firstRow?.length ?? 0);
  const names = nameColumns(head, width);
  const unknown = Object.keys(types).find((column) => !names.includes(column));
  if (unknown !== undefined)
    throw new FlowError(
      "invalid-option",
      `${source.name} has no column ${unknown}. It has ${listNames(names, 20)}.`,
    );
  const declared = names.map((column) =>
    Object.hasOwn(types, column) ? types[column] : undefined,
  );
  return { names, declared, isFirst };
}
