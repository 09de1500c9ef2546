import type { Dialect } from "./csvRecords.ts";

const carriageReturn = 13;

/** Whether what fields say that are null can be told from other fields by its bytes alone. */
export function areByteNulls(
  nulls: ReadonlySet<string>,
  { delimiter, quote }: Dialect,
): boolean {
  const isOdd = (text: string) =>
    [delimiter, quote, "\r", "\n"].some((one) => text.includes(one));
  return ![...nulls].some(isOdd);
}

/** What fields of a CSV file say that are null, as bytes. */
export class NullTexts {
  readonly #texts: readonly Uint8Array[];
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #newline: number;

  constructor(nulls: ReadonlySet<string>, dialect: Dialect) {
    const encoder = new TextEncoder();
    this.#texts = Array.from(nulls, (text) => encoder.encode(text));
    this.#delimiter = dialect.delimiter.charCodeAt(0);
    this.#quote = dialect.quote.charCodeAt(0);
    this.#newline = dialect.newline.charCodeAt(0);
  }

  /** Where a field ends that is null, in quotes or not; -1 if it is not, or is not there as a whole. */
  endOf(bytes: Uint8Array, from: number, stop: number, mayEnd: boolean) {
    const isQuoted = from < stop && bytes[from] === this.#quote;
    const begin = isQuoted ? from + 1 : from;
    for (const text of this.#texts) {
      let at = begin + text.length;
      if (at > stop || !isAt(bytes, begin, text)) continue;
      if (isQuoted) {
        if (at === stop || bytes[at] !== this.#quote) continue;
        at += 1;
      }
      if (at === stop) {
        if (mayEnd) return at;
        continue;
      }
      const code = bytes[at]!;
      if (code === this.#delimiter || code === this.#newline) return at;
      if (code !== carriageReturn) continue;
      if (at + 1 === stop ? mayEnd : bytes[at + 1] === this.#newline)
        return at + 1;
    }
    return -1;
  }
}

function isAt(bytes: Uint8Array, from: number, text: Uint8Array): boolean {
  for (let index = 0; index < text.length; index += 1)
    if (bytes[from + index] !== text[index]) return false;
  return true;
}
