/** Which options a file most likely has to be read with, going by what its preview shows. */
import type { Output } from "../../engine/protocol.ts";
import type { ReadOptions } from "../takeFiles.ts";

/** What the readers advise where the first lines are most likely a title. */
const adviceToSkip = /\{ skip: (\d+) \}/;
/** What the reader of CSV advises where quotes have a backslash before them. */
const adviceToEscape = 'with escape: "\\\\"';
/** A number with a decimal comma; what looks the same with a comma between thousands does not say which it is. */
const withComma = /^[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+$/;
const maybeThousands = /^[+-]?\d{1,3}(?:,\d{3})+$/;

/** The options that what was read seems to need; none if it looks right. */
export function suspectedOptions(
  outputs: readonly Output[],
  isCsv: boolean,
): ReadOptions {
  for (const output of outputs) {
    const said =
      output.type === "error"
        ? output.error.message
        : output.type === "text" && output.isLog
          ? output.text
          : "";
    const skip = adviceToSkip.exec(said)?.[1];
    if (skip !== undefined) return { skip: Number(skip) };
    if (isCsv && said.includes(adviceToEscape)) return { escape: "\\" };
  }
  const table = outputs.find((output) => output.type === "table");
  return isCsv && table && hasDecimalCommas(table) ? { decimal: "," } : {};
}

/** Whether a column has nothing but numbers with commas, and none has fractions with a point. */
function hasDecimalCommas({
  columns,
  rows,
}: Output & { type: "table" }): boolean {
  const values = columns.map((column) =>
    rows
      .map((row) => row[column])
      .filter((value) => value !== null && value !== undefined && value !== ""),
  );
  const hasPoints = values
    .flat()
    .some((value) => typeof value === "number" && !Number.isInteger(value));
  return (
    !hasPoints &&
    values.some((column) => {
      const texts = column.filter((value) => typeof value === "string");
      return (
        texts.length === column.length &&
        texts.every((text) => /^[+-]?[\d.]*(?:,\d+)?$/.test(text.trim())) &&
        texts.every((text) => !/^\d+\.\d{1,2}$/.test(text.trim())) &&
        texts.some((text) => isComma(text.trim()))
      );
    })
  );
}

/** Whether another reading has the same columns: with a comma in its numbers a file cannot have it between its fields. */
export function hasSameColumns(
  one: readonly Output[],
  other: readonly Output[],
): boolean {
  const [columns, others] = [one, other].map((outputs) => {
    const table = outputs.find((output) => output.type === "table");
    return JSON.stringify(table?.columns);
  });
  return columns === others;
}

function isComma(text: string): boolean {
  return withComma.test(text) && !maybeThousands.test(text);
}
