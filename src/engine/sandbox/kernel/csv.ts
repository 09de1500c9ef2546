import Papa from "papaparse";
import { FlowError } from "../../../core/errors.ts";
import { listNames, showValue } from "../../../core/words.ts";

type Cell = string | number | null;

interface CsvOptions {
  delimiter: string;
  header: boolean | readonly string[];
  types: Readonly<Record<string, string>>;
  comment: string | false;
}

const names = ["delimiter", "header", "types", "comment"];

/** Checks the options of readCsv and fetchCsv. */
export function readCsvOptions(given: Record<string, unknown>): CsvOptions {
  const { delimiter, header = true, types = {}, comment, ...others } = given;
  const [unknown] = Object.keys(others);
  const refuse = (message: string) => new FlowError("invalid-option", message);
  if (unknown !== undefined)
    throw refuse(
      `readCsv has no option ${JSON.stringify(unknown)}. Its options are ${listNames(names)}.`,
    );
  if (delimiter !== undefined && (typeof delimiter !== "string" || !delimiter))
    throw refuse(
      `delimiter must be a text such as ";", not ${showValue(delimiter)}.`,
    );
  if (comment !== undefined && (typeof comment !== "string" || !comment))
    throw refuse(
      `comment must be what such lines start with, "#" for example, not ${showValue(comment)}.`,
    );
  if (
    typeof header !== "boolean" &&
    !(Array.isArray(header) && header.every((name) => typeof name === "string"))
  )
    throw refuse(
      `header must be true, false or a list of column names, not ${showValue(header)}.`,
    );
  if (typeof types !== "object" || types === null)
    throw refuse(
      `types is an object by column: { id: "INTEGER" }, not ${showValue(types)}.`,
    );
  for (const [column, type] of Object.entries(types))
    if (!["INTEGER", "REAL", "TEXT"].includes(type as string))
      throw refuse(
        `The type of the column ${column} must be "INTEGER", "REAL" or "TEXT", not ${showValue(type)}.`,
      );
  return {
    delimiter: delimiter ?? "",
    header: header as boolean | string[],
    types: types as Record<string, string>,
    comment: comment ?? false,
  };
}

/**
 * Rows of CSV or TSV text. A column whose values are all numbers, as far as there are any, holds numbers, and null where
 * there is nothing; any other column holds its text. Codes such as "007" are text.
 */
export function parseCsv(
  text: string,
  options: CsvOptions,
  source: string,
): Record<string, Cell>[] {
  const parsed = Papa.parse<string[]>(text, {
    delimiter: options.delimiter,
    comments: options.comment,
    skipEmptyLines: true,
  });
  const damage = parsed.errors.find(({ type }) => type === "Quotes");
  if (damage)
    throw new Error(
      `${source} is damaged at line ${(damage.row ?? 0) + 1}: ${damage.message.toLowerCase()}.`,
    );
  const lines = parsed.data;
  const { header } = options;
  const head = header === true ? lines.shift() : header || undefined;
  const width = lines.reduce(
    (widest, line) => Math.max(widest, line.length),
    head?.length ?? 0,
  );
  const columns = nameColumns(head ?? [], width);
  const unknown = Object.keys(options.types).find(
    (column) => !columns.includes(column),
  );
  if (unknown !== undefined)
    throw new FlowError(
      "invalid-option",
      `${source} has no column ${unknown}. It has ${listNames(columns, 20)}.`,
    );
  const cells = columns.map((column, index) =>
    toCells(
      lines.map((line) => line[index]),
      options.types[column],
      (row) => `${source}, row ${row + 1}, column ${column}`,
    ),
  );
  return lines.map((_, row) =>
    Object.fromEntries(
      columns.map((column, index) => [column, cells[index]![row] ?? null]),
    ),
  );
}

/** One name per column, each only once. */
function nameColumns(head: readonly string[], width: number): string[] {
  const used = new Set<string>();
  return Array.from({ length: width }, (_, index) => {
    const base = head[index]?.trim() || `column${index + 1}`;
    let name = base;
    for (let count = 2; used.has(name); count++) name = `${base}_${count}`;
    used.add(name);
    return name;
  });
}

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function isNumber(text: string): boolean {
  // Beyond this, a number would not be the number that the text says.
  return (
    number.test(text) &&
    (!/^-?\d+$/.test(text) || Number.isSafeInteger(Number(text)))
  );
}

function toCells(
  texts: readonly (string | undefined)[],
  type: string | undefined,
  where: (row: number) => string,
): Cell[] {
  if (type === "TEXT") return texts.map((text) => text ?? null);
  if (type)
    return texts.map((text, row) => {
      const trimmed = text?.trim();
      if (!trimmed) return null;
      const value = Number(trimmed);
      if (
        Number.isNaN(value) ||
        (type === "INTEGER" && !Number.isInteger(value))
      )
        throw new FlowError(
          "row-mismatch",
          `${where(row)}: ${showValue(text)} is no ${type === "INTEGER" ? "whole number" : "number"}. Correct the value, or declare the column as "TEXT".`,
        );
      return value;
    });
  let hasNumber = false;
  for (const text of texts) {
    if (!text) continue;
    if (!isNumber(text.trim())) return texts.map((cell) => cell ?? null);
    hasNumber = true;
  }
  if (!hasNumber) return texts.map((text) => text ?? null);
  return texts.map((text) => (text ? Number(text) : null));
}
