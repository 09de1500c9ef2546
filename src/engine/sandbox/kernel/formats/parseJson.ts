/** Whether there may be a whole number in JSON that is too long for a double. Most files have none, and are not looked at further. */
export function mayHoldLong(text: string): boolean {
  return /(?:^|[^\d."])\d{16}/.test(text);
}

/**
 * JSON as JavaScript reads it, but whole numbers beyond 2^53 are bigints, as those of Parquet and SQLite are; not those of 2^63 and
 * more that are written as JavaScript writes its numbers. Throws what `JSON.parse` throws.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!mayHoldLong(text)) return value;
  // A bigint is a text on its way: not every engine tells a reviver what a number was written as. No text of a file begins so.
  const mark = `${Math.random()} `;
  return JSON.parse(markLong(text, mark), (_, inner: unknown) =>
    typeof inner === "string" && inner.startsWith(mark)
      ? BigInt(inner.slice(mark.length))
      : inner,
  );
}

/** JSON with its long whole numbers as texts that begin with the mark. */
function markLong(text: string, mark: string): string {
  const token = /["\d-]/g;
  const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
  const parts: string[] = [];
  let from = 0;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const at = found.index;
    if (found[0] === '"') {
      token.lastIndex = endOfText(text, at + 1);
      continue;
    }
    number.lastIndex = at;
    const [digits] = number.exec(text)!;
    token.lastIndex = at + digits.length;
    if (!isLong(digits)) continue;
    parts.push(text.slice(from, at), JSON.stringify(mark + digits));
    from = token.lastIndex;
  }
  return parts.join("") + text.slice(from);
}

/** Where a text of JSON ends whose content begins at a place. */
function endOfText(text: string, start: number): number {
  for (let at = start; ;) {
    const quote = text.indexOf('"', at);
    let escapes = quote;
    while (text[escapes - 1] === "\\") escapes -= 1;
    if ((quote - escapes) % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

/** Whether it is a whole number beyond 2^53, other than one that only a double holds, as JavaScript writes it. */
function isLong(found: string): boolean {
  if (found.length < 16 || !/^-?\d+$/.test(found)) return false;
  const number = Number(found);
  const isDouble = Math.abs(number) >= 2 ** 63 && String(number) === found;
  return !Number.isSafeInteger(number) && !isDouble;
}
