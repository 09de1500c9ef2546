import type { Dialect } from "./csvRecords.ts";

/** A character as it stands in a pattern, whatever it means there. */
export function inPattern(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/**
 * Fields of a file that has a character before those that would end a field, as MySQL and Spark write. Before any other it is one
 * like all: `C:\\dir` and `\\N` are as they stand.
 */
export class Escapes {
  readonly #code: number;
  readonly #quote: string;
  readonly #inQuotes: RegExp;
  readonly #bare: RegExp;

  constructor(escape: string, { quote, delimiter, newline }: Dialect) {
    this.#code = escape.charCodeAt(0);
    this.#quote = quote;
    const [e, q, d, n] = [escape, quote, delimiter, newline].map(inPattern);
    this.#inQuotes = new RegExp(`${e}([${q}${e}])|${q}${q}`, "g");
    this.#bare = new RegExp(`${e}([${q}${e}${d}${n}]|\\r\\n)`, "g");
  }

  /** Where the quote is that closes what begins at `at`, or -1. */
  findClose(text: string, at: number): number {
    const quote = this.#quote.charCodeAt(0);
    for (let place = at; place < text.length; place += 1) {
      const code = text.charCodeAt(place);
      if (code === this.#code) place += 1;
      else if (code === quote) {
        if (text.charCodeAt(place + 1) !== quote) return place;
        place += 1;
      }
    }
    return -1;
  }

  /** Where a field ends that begins at `at` and is not in quotes; the length of the text if it goes on there. */
  endOfBare(text: string, at: number, delimiter: number, newline: number) {
    let place = at;
    for (; place < text.length; place += 1) {
      const code = text.charCodeAt(place);
      if (code === delimiter || code === newline) return place;
      if (code !== this.#code) continue;
      place += text.startsWith("\r\n", place + 1) ? 2 : 1;
    }
    return text.length;
  }

  /** What stood in quotes. */
  unquote(value: string): string {
    return value.replace(
      this.#inQuotes,
      (_, escaped: string | undefined) => escaped ?? this.#quote,
    );
  }

  /** What stood without quotes. */
  unescape(value: string): string {
    return value.replace(this.#bare, "$1");
  }
}
