/**
 * What number a text spells, if it spells one. A loop and no expression: a text may have millions of digits, for each of which an
 * engine of expressions may keep a way back, and V8's gives up with a RangeError now and then.
 */

/** Bits of what `readNumeral` tells. */
export const numeralBits = {
  /** A number with nothing but blanks around it. */
  number: 1,
  /** Digits alone, with or without a sign. */
  whole: 2,
  /** As a number is printed: no blanks, no "+", no zeros before it, no bare point. In a file of CSV more is a number (csvColumns.ts). */
  plain: 4,
};

/** What a text is as a number: `numeralBits`, 0 for a text that is none. */
export function readNumeral(text: string): number {
  const body = text.trim();
  const { number, whole, plain } = numeralBits;
  const start = isSign(body, 0) ? 1 : 0;
  let at = skipDigits(body, start);
  const digits = at - start;
  let isWhole = true;
  let isPlain =
    body.length === text.length &&
    body[0] !== "+" &&
    digits > 0 &&
    (digits === 1 || body[start] !== "0");
  if (body[at] === ".") {
    const after = at + 1;
    at = skipDigits(body, after);
    if (digits + at - after === 0) return 0;
    isWhole = false;
    isPlain &&= at > after;
  } else if (digits === 0) return 0;
  if (body[at] === "e" || body[at] === "E") {
    const after = isSign(body, at + 1) ? at + 2 : at + 1;
    at = skipDigits(body, after);
    if (at === after) return 0;
    isWhole = false;
  }
  if (at < body.length) return 0;
  return number | (isWhole ? whole : 0) | (isPlain ? plain : 0);
}

function isSign(text: string, at: number): boolean {
  return text[at] === "+" || text[at] === "-";
}

function skipDigits(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) break;
  }
  return at;
}
