import { FlowError } from "../../../../core/errors.ts";
import { showValue } from "../../../../core/words.ts";
import { type NumberMarks, readNumberMarks } from "./numberMarks.ts";
import { type BadLineRule, readBadLineRule } from "./badLines.ts";

/** The options of readCsv and its like, checked. What is undefined is found out from the file. */
export interface CsvOptions {
  delimiter: string | undefined;
  quote: string | undefined;
  /** What stands before a quote or another such character within a field, if that is not a quote. */
  escape: string | undefined;
  header: boolean | readonly string[] | undefined;
  marks: NumberMarks;
  /** How many lines stand before the first that counts. */
  skip: number;
  types: Readonly<Record<string, "INTEGER" | "REAL" | "TEXT">>;
  /** What fields say that are null. */
  nulls: ReadonlySet<string>;
  comment: string | undefined;
  badLines: BadLineRule;
}

const refuse = (message: string) => new FlowError("invalid-option", message);

/** Checks the options of readCsv and its like. */
export function readCsvOptions(
  given: Readonly<Record<string, unknown>>,
): CsvOptions {
  const { comment } = given;
  if (comment !== undefined && (typeof comment !== "string" || !comment))
    throw refuse(
      `comment must be what such lines start with, "#" for example, not ${showValue(comment)}.`,
    );
  const marks = readNumberMarks(given);
  if (marks.decimal === "," && given.delimiter === ",")
    throw refuse(
      'decimal and delimiter cannot both be ",". Where numbers have a comma, the delimiter is mostly ";".',
    );
  const quote = readCharacter("quote", "'", given.quote);
  const escape = readCharacter("escape", "\\", given.escape);
  return {
    marks,
    delimiter: readCharacter("delimiter", ";", given.delimiter),
    quote,
    // Two quotes are one in any case.
    escape: escape === (quote ?? '"') ? undefined : escape,
    header: readHeader(given.header),
    skip: readSkip(given.skip, "lines"),
    types: readTypes(given.types),
    nulls: readNulls(given.nulls),
    comment,
    badLines: readBadLineRule(given.badLines),
  };
}

/** Checks an option that is one character. */
export function readCharacter(
  option: string,
  example: string,
  given: unknown,
): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given === "string" && given.length === 1 && !/[\r\n]/.test(given))
    return given;
  throw refuse(
    `${option} must be one character such as ${JSON.stringify(example)}, not ${showValue(given)}.`,
  );
}

/** Checks the option `skip` of what has lines, or rows. */
export function readSkip(given: unknown = 0, lines: "lines" | "rows"): number {
  if (Number.isSafeInteger(given) && (given as number) >= 0)
    return given as number;
  throw refuse(
    `skip is how many ${lines} stand above the names of the columns, such as 2, not ${showValue(given)}.`,
  );
}

function readHeader(header: unknown): CsvOptions["header"] {
  if (header === undefined || typeof header === "boolean") return header;
  if (Array.isArray(header) && header.every((name) => typeof name === "string"))
    return header;
  throw refuse(
    `header must be true, false or a list of column names, not ${showValue(header)}.`,
  );
}

function readNulls(nulls: unknown = []): CsvOptions["nulls"] {
  if (Array.isArray(nulls) && nulls.every((text) => typeof text === "string"))
    return new Set(nulls);
  throw refuse(
    `nulls is a list of what fields say that are null, such as ["NULL", "NA"], not ${showValue(nulls)}.`,
  );
}

function readTypes(types: unknown = {}): CsvOptions["types"] {
  if (typeof types !== "object" || types === null)
    throw refuse(
      `types is an object by column: { id: "INTEGER" }, not ${showValue(types)}.`,
    );
  for (const [column, type] of Object.entries(types))
    if (!["INTEGER", "REAL", "TEXT"].includes(type as string))
      throw refuse(
        `The type of the column ${column} must be "INTEGER", "REAL" or "TEXT", not ${showValue(type)}.`,
      );
  return types as CsvOptions["types"];
}
