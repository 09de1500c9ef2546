import type { CsvOptions } from "./csvOptions.ts";
import { type Dialect, RecordScanner } from "./csvRecords.ts";
import { isNumber } from "./csvColumns.ts";

const delimiters = [",", ";", "\t", "|"];
/** How many records are looked at, in how much text. */
const mostRecords = 100;
export const sampleLength = 1 << 16;

/** How a file is written, going by its beginning; what the options say is taken as it is. */
export function findDialect(
  beginning: string,
  isAll: boolean,
  { delimiter, quote, comment }: CsvOptions,
): Dialect {
  const isSample = isAll && beginning.length <= sampleLength;
  const sample = isSample
    ? beginning
    : wholeLines(beginning.slice(0, sampleLength));
  const newline = sample.includes("\n") || !sample.includes("\r") ? "\n" : "\r";
  const known = {
    quote: quote ?? findQuote(sample),
    comment,
    newline,
  } as const;
  return {
    ...known,
    delimiter:
      delimiter ??
      best(delimiters, (one) => rate(sample, { ...known, delimiter: one })),
  };
}

/** Whether the first record of a file names its columns. A number is no name, unless the numbers in it count upwards: years, days, positions. */
export function isHeader(first: readonly string[]): boolean {
  let last = -1;
  for (const field of first) {
    const text = field.trim();
    if (!isNumber(text)) continue;
    const number = Number(text);
    if (!Number.isInteger(number) || number <= last) return false;
    last = number;
  }
  return true;
}

/** Single quotes are quotes only where no double ones are used. */
function findQuote(sample: string): string {
  const quoted = (quote: string) =>
    new RegExp(
      `(?:^|[,;\\t|\\n])${quote}[^${quote}\\n]*${quote}(?=[,;\\t|\\r\\n]|$)`,
    );
  return !quoted('"').test(sample) && quoted("'").test(sample) ? "'" : '"';
}

function best(
  candidates: readonly string[],
  rating: (candidate: string) => number,
): string {
  let [found = ","] = candidates;
  let highest = 0;
  for (const candidate of candidates) {
    const rated = rating(candidate);
    if (rated > highest) [found, highest] = [candidate, rated];
  }
  return found;
}

/** How well a dialect fits: most of all whether all records have equally many fields, then how many those are. */
function rate(sample: string, dialect: Dialect): number {
  const { records, bad } = new RecordScanner(dialect).push(sample, true);
  const widths = new Map<number, number>();
  const seen = records.slice(0, mostRecords);
  for (const { length } of seen)
    widths.set(length, (widths.get(length) ?? 0) + 1);
  let [width, count] = [1, 0];
  for (const [one, times] of widths)
    if (one > 1 && times > count) [width, count] = [one, times];
  if (width === 1) return 0;
  return count / (seen.length + bad.length) + Math.min(width, 1000) / 1e5;
}

/** The text without a line that is cut at its end. */
function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf("\n") + 1) || text;
}
