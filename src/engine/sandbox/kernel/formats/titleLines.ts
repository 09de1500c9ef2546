import { isHeader } from "./csvDialect.ts";

/** How many records are looked at. */
const mostRecords = 100;
/** So far down the names of the columns are looked for. */
export const mostTitles = 10;

/** What to say if the first record is most likely no header, as it has fewer fields than what comes below; undefined if nothing is. */
export function findShortTitle(
  records: readonly (readonly string[])[],
  lines: readonly number[],
): string | undefined {
  const seen = records.slice(0, mostRecords);
  const width = seen[0]?.length ?? 0;
  const counts = new Map<number, number>();
  for (const { length } of seen)
    counts.set(length, (counts.get(length) ?? 0) + 1);
  let [usual, count] = [0, 0];
  for (const [length, times] of counts)
    if (times > count) [usual, count] = [length, times];
  // One field more may be a delimiter at the end of each line.
  const isShort = width === 1 ? usual > 1 : usual > width + 1;
  if (!isShort || 2 * count <= seen.length) return undefined;
  const at = seen.findIndex(({ length }) => length === usual);
  if (at > mostTitles || !isHeader(seen[at]!, seen[at + 1])) return undefined;
  return `Line ${lines[0]} has ${width} ${width === 1 ? "field" : "fields"}, and most lines have ${usual}. ${sayToSkip("line", lines[at]!)}`;
}

/** The place of the record that most likely names the columns instead of the first, which holds one text and empty fields; undefined if there is none. */
export function findWidePlace(
  records: readonly (readonly string[])[],
): number | undefined {
  const [first = []] = records;
  const isFilled = (field: string) => field.trim() !== "";
  if (first.length < 3 || first.filter(isFilled).length !== 1) return undefined;
  const at = records
    .slice(0, mostTitles)
    .findIndex(
      (fields) => fields.length === first.length && fields.every(isFilled),
    );
  const names = records[at];
  return names && names.every((name) => !isValue(name)) ? at : undefined;
}

/** What is in a row, and in no name of a column. */
const isValue = (field: string) =>
  /^[\s\d.,+-]+$|^(?:true|false)$/i.test(field);

/** What to do about a title. */
export function sayToSkip(what: "line" | "row", place: number): string {
  return `If it is a title, say that the names of the columns are in ${what} ${place}: { skip: ${place - 1} }.`;
}
