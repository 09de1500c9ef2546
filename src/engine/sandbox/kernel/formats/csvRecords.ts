import type { BadLine } from "./badLines.ts";
import { Escapes } from "./csvEscapes.ts";

/** The first line by which a file tells Excel its delimiter. It is no record. */
export const delimiterLine = /^sep=([^\w\r\n])[\r\n]/i;

/** How CSV text is written. */
export interface Dialect {
  delimiter: string;
  quote: string;
  /** What stands before a quote within a field, if that is not another quote. */
  escape: string | undefined;
  comment: string | undefined;
  /** What ends a line; a carriage return before a line feed is left out. */
  newline: "\n" | "\r";
}

/** Records, in which line of the file each begins, and what was left out between them. */
export interface Records {
  records: string[][];
  lines: number[];
  bad: BadLine[];
  /** What the file has of a record, cut if it is long. */
  textOf(index: number): string;
}

/** A record longer than this is taken for one whose quote is not closed, so that such a quote does not swallow a large file. */
const longestRecord = 1 << 24;
const longestShown = 200;

/**
 * Splits CSV text into records, piece by piece. Our own, since what ours is for needs what the parsers that were tried do not
 * give together: the line that each record begins in, an end to an open quote, and going on behind a bad line.
 */
export class RecordScanner {
  #dialect: Dialect;
  readonly #escapes: Escapes | undefined;
  #rest = "";
  readonly #firstLine: number;
  #line: number;
  /** Of the record that was scanned last. */
  #fields: string[] = [];
  #breaks = 0;
  #problem: string | undefined;

  /** `line` is the number of the first. */
  constructor(dialect: Dialect, line = 1) {
    this.#dialect = dialect;
    const { escape } = dialect;
    this.#escapes =
      escape === undefined ? undefined : new Escapes(escape, dialect);
    this.#firstLine = line;
    this.#line = line;
  }

  /** The records that are complete with this piece; with the last one, all that are left. */
  push(piece: string, isLast: boolean): Records {
    const text = this.#rest + piece;
    const { comment, newline } = this.#dialect;
    const records: string[][] = [];
    const lines: number[] = [];
    const bad: BadLine[] = [];
    const places: number[] = [];
    let at = 0;
    while (at < text.length) {
      const isComment = comment !== undefined && text.startsWith(comment, at);
      if (
        isComment ||
        (this.#line === this.#firstLine && delimiterLine.test(text))
      ) {
        const end = text.indexOf(newline, at);
        if (end < 0 && !isLast) break;
        at = end < 0 ? text.length : end + 1;
        this.#line += 1;
        continue;
      }
      const end = this.#scan(text, at, isLast);
      if (end === undefined) break;
      if (this.#problem !== undefined)
        bad.push({
          line: this.#line,
          text: showText(text, at, endOfLine(text, at, newline)),
          problem: this.#problem,
        });
      else if (!(this.#fields.length === 1 && isEmptyLine(text, at))) {
        records.push(this.#fields);
        lines.push(this.#line);
        places.push(at, end);
      }
      this.#line += this.#breaks + 1;
      at = end;
    }
    this.#rest = text.slice(at);
    const textOf = (index: number) =>
      showText(text, places[2 * index]!, places[2 * index + 1]!);
    return { records, lines, bad, textOf };
  }

  /** Scans the record that begins at `start`, and gives where the next one begins; undefined if the text ends too early to tell. */
  #scan(text: string, start: number, isLast: boolean): number | undefined {
    const delimiter = this.#dialect.delimiter.charCodeAt(0);
    const quote = this.#dialect.quote.charCodeAt(0);
    const newline = this.#dialect.newline.charCodeAt(0);
    const { length } = text;
    const fields: string[] = [];
    this.#fields = fields;
    this.#breaks = 0;
    this.#problem = undefined;
    let at = start;
    for (;;) {
      let code: number;
      if (text.charCodeAt(at) === quote) {
        const close =
          this.#escapes?.findClose(text, at + 1) ??
          this.#findClose(text, at + 1);
        if (close < 0) {
          if (!isLast && length - start < longestRecord) return undefined;
          return this.#endAsBad(
            text,
            start,
            "a quote is opened and not closed",
            isLast,
          );
        }
        // A quote at the very end may be the first of two.
        if (close + 1 === length && !isLast) return undefined;
        fields.push(this.#unquote(text, at + 1, close));
        at = close + 1;
        code = text.charCodeAt(at);
        if (code === 13 && text.charCodeAt(at + 1) === newline)
          code = text.charCodeAt((at += 1));
        if (at < length && code !== delimiter && code !== newline) {
          if (at + 1 === length && !isLast) return undefined;
          return this.#endAsBad(
            text,
            start,
            `field ${fields.length} goes on behind its closing quote${text[close - 1] === "\\" ? ', which has a backslash before it: with escape: "\\\\" it is none' : ""}`,
            isLast,
          );
        }
      } else {
        const begin = at;
        const escapes = this.#escapes;
        if (escapes) at = escapes.endOfBare(text, at, delimiter, newline);
        code = text.charCodeAt(at);
        // NaN at the end of the text.
        while (code !== delimiter && code !== newline && at < length)
          code = text.charCodeAt((at += 1));
        if (at === length && !isLast) return undefined;
        const isBeforeBreak =
          code !== delimiter && at > begin && text.charCodeAt(at - 1) === 13;
        const field = text.slice(begin, isBeforeBreak ? at - 1 : at);
        fields.push(escapes ? this.#unescape(escapes, field) : field);
      }
      if (at >= length) return isLast ? length : undefined;
      at += 1;
      if (code === newline) return at;
    }
  }

  /** Where the quote is that closes what begins at `at`, or -1. */
  #findClose(text: string, at: number): number {
    const { quote } = this.#dialect;
    let close = text.indexOf(quote, at);
    while (close >= 0 && text[close + 1] === quote)
      close = text.indexOf(quote, close + 2);
    return close;
  }

  #unquote(text: string, start: number, end: number): string {
    const { quote } = this.#dialect;
    const value = text.slice(start, end);
    this.#countBreaks(value);
    if (this.#escapes) return this.#escapes.unquote(value);
    return value.includes(quote)
      ? value.replaceAll(quote + quote, quote)
      : value;
  }

  #unescape(escapes: Escapes, value: string): string {
    this.#countBreaks(value);
    return escapes.unescape(value);
  }

  #countBreaks(value: string): void {
    const { newline } = this.#dialect;
    for (
      let at = value.indexOf(newline);
      at >= 0;
      at = value.indexOf(newline, at + 1)
    )
      this.#breaks += 1;
  }

  /** Leaves the line out and goes on with the next one: what looks like a long record is most likely a quote too many. */
  #endAsBad(
    text: string,
    start: number,
    problem: string,
    isLast: boolean,
  ): number | undefined {
    const end = text.indexOf(this.#dialect.newline, start);
    if (end < 0 && !isLast && text.length - start < longestRecord)
      return undefined;
    this.#problem = problem;
    this.#breaks = 0;
    return end < 0 ? text.length : end + 1;
  }
}

function isEmptyLine(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 10 || (code === 13 && /^\r\n?/.test(text.slice(at, at + 2)));
}

function endOfLine(text: string, at: number, newline: string): number {
  const end = text.indexOf(newline, at);
  return end < 0 ? text.length : end;
}

/** A part of the text, cut if it is long. */
function showText(text: string, from: number, to: number): string {
  return text.slice(from, Math.min(to, from + longestShown)).trimEnd();
}
