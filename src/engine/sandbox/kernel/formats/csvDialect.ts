import type { CsvOptions } from "./csvOptions.ts";
import { inPattern } from "./csvEscapes.ts";
import { delimiterLine, type Dialect, RecordScanner } from "./csvRecords.ts";
import { toBoolean, toNumber } from "./csvColumns.ts";
import { type NumberMarks, plainMarks, withPoint } from "./numberMarks.ts";

const delimiters = [",", ";", "\t", "|"];
/** How many records are looked at, in how much text. */
const mostRecords = 100;
export const sampleLength = 1 << 16;

/** How a file is written, going by its beginning; what the options say is taken as it is. */
export function findDialect(
  beginning: string,
  isAll: boolean,
  { delimiter, quote, escape, comment, marks }: CsvOptions,
): Dialect {
  const isSample = isAll && beginning.length <= sampleLength;
  const sample = isSample
    ? beginning
    : wholeLines(beginning.slice(0, sampleLength));
  const newline = sample.includes("\n") || !sample.includes("\r") ? "\n" : "\r";
  const given = delimiter ?? delimiterLine.exec(sample)?.[1];
  const possible =
    given === undefined
      ? delimiters.filter((one) => one !== marks.decimal)
      : [given];
  const others = possible.filter((one) => one !== marks.thousands);
  const choose = (quote: string) => {
    const known: Omit<Dialect, "delimiter"> = {
      quote,
      escape,
      comment,
      newline,
    };
    const choice = best(sample, known, others.length > 0 ? others : possible);
    // What stands between thousands may stand between fields too, if nothing else does.
    return choice.rating > 1 || others.length === possible.length
      ? choice
      : best(sample, known, possible);
  };
  return choose(quote ?? findQuote(sample, escape, choose)).dialect;
}

/**
 * Whether the first record of a file names its columns. A number is no name, unless the numbers in it count upwards: years, days,
 * positions. Neither is `true` or `false`, unless something else stands below it, as where rows are counted by both.
 */
export function isHeader(
  first: readonly string[],
  second: readonly string[] = [],
  marks: NumberMarks = plainMarks,
): boolean {
  const isFlag = (field = "") => toBoolean(field.trim()) !== undefined;
  let last = -1;
  for (const [index, field] of first.entries()) {
    const text = field.trim();
    if (isFlag(text) && isFlag(second[index])) return false;
    const number = toNumber(withPoint(text, marks));
    if (number === undefined) continue;
    if (!Number.isInteger(number) || number <= last) return false;
    last = number;
  }
  return true;
}

/** A dialect for a file, how well it fits, and the records that it makes of what is not in quotes. */
interface Choice {
  dialect: Dialect;
  rating: number;
  records: readonly (readonly string[])[];
}

/**
 * Single quotes are quotes only where no double ones are used, and where the lines come out more even with them, or a whole column
 * is in them: one text that happens to begin and end with one makes no quote of it.
 */
function findQuote(
  sample: string,
  escape: string | undefined,
  choose: (quote: string) => Choice,
): string {
  const isUsed = (quote: string) => quoted({ quote, escape }).test(sample);
  if (isUsed('"') || !isUsed("'")) return '"';
  const [single, double] = [choose("'"), choose('"')];
  if (single.rating !== double.rating)
    return single.rating > double.rating ? "'" : '"';
  const { records } = double;
  const below = records.length > 1 ? records.slice(1) : records;
  const isInQuotes = records[0]?.some((_, column) => {
    const texts = below.map((fields) => fields[column] ?? "").filter(Boolean);
    return texts.length > 0 && texts.every((text) => /^'.*'$/.test(text));
  });
  return isInQuotes ? "'" : '"';
}

/** A field in quotes, with what stands before it. */
function quoted({ quote, escape }: Pick<Dialect, "quote" | "escape">): RegExp {
  const q = inPattern(quote);
  const e = escape === undefined ? "" : inPattern(escape);
  // An apostrophe is soon followed by another one further down.
  const inner = quote === "'" ? `[^${q}${e}\\n]` : `[^${q}${e}]`;
  const escaped = e && `|${e}[^]`;
  return new RegExp(
    `(^|[,;\\t|\\r\\n])${q}(?:${inner}|${q}${q}${escaped})*${q}(?=[,;\\t|\\r\\n]|$)`,
    "g",
  );
}

/** The one of these delimiters that fits best. What is in quotes says nothing about that. */
function best(
  sample: string,
  known: Omit<Dialect, "delimiter">,
  possible: readonly string[],
): Choice {
  const bare = sample.replace(quoted(known), "$1");
  let found: Choice | undefined;
  for (const delimiter of possible) {
    const dialect = { ...known, delimiter };
    const choice = { dialect, ...rate(bare, dialect) };
    if (!found || choice.rating > found.rating) found = choice;
  }
  return found!;
}

/** How well a dialect fits: most of all whether all records have equally many fields, then how many those are. */
function rate(sample: string, dialect: Dialect): Omit<Choice, "dialect"> {
  const { records, bad } = new RecordScanner(dialect).push(sample, true);
  const widths = new Map<number, number>();
  const seen = records.slice(0, mostRecords);
  for (const { length } of seen)
    widths.set(length, (widths.get(length) ?? 0) + 1);
  let [width, count] = [1, 0];
  for (const [one, times] of widths)
    if (one > 1 && times > count) [width, count] = [one, times];
  const rating =
    width === 1
      ? 0
      : count / (seen.length + bad.length) + Math.min(width, 1000) / 1e5;
  return { rating, records: seen };
}

/** The text without a line that is cut at its end. */
function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf("\n") + 1) || text;
}
