/** A text or a number of JSON. */
const token = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Whether there may be a whole number in JSON that is too long for a double. Most files have none, and are not looked at further. */
export function mayHoldLong(text: string): boolean {
  return /[^\d."]\d{16}/.test(text) || /^\d{16}/.test(text);
}

/**
 * JSON as JavaScript reads it, but whole numbers whose digits a double has no room for are bigints, as those of Parquet and
 * SQLite are. Throws what `JSON.parse` throws.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!mayHoldLong(text)) return value;
  // A bigint is marked as a text on its way: not every engine tells a reviver what a number was written as.
  let mark = "\0n";
  while (text.includes(`\\u0000${mark.slice(1)}`)) mark += "n";
  const marked = text.replace(token, (found) =>
    isLong(found) ? JSON.stringify(mark + found) : found,
  );
  return JSON.parse(marked, (_, inner: unknown) =>
    typeof inner === "string" && inner.startsWith(mark)
      ? BigInt(inner.slice(mark.length))
      : inner,
  );
}

/** Whether it is a whole number beyond 2^53, other than one that only a double holds, as JavaScript writes it. */
function isLong(found: string): boolean {
  if (found.length < 16 || !/^-?\d+$/.test(found)) return false;
  const number = Number(found);
  const isDouble = Math.abs(number) >= 2 ** 63 && String(number) === found;
  return !Number.isSafeInteger(number) && !isDouble;
}
