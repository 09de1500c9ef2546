/** The most that is written, in characters and one for each value. */
const mostWritten = 1_000_000;

/**
 * The JSON of a value for people; undefined where there is none, because the value holds itself or is too large to be read by
 * anybody. A value may hold one part many times, and JSON would write it out each time: without a limit a small value that a
 * notebook made could take for ever. A bigint is written as a text.
 */
export function briefJson(value: unknown): string | undefined {
  let left = mostWritten;
  try {
    return JSON.stringify(value, (name, part: unknown) => {
      left -= 1 + name.length + (typeof part === "string" ? part.length : 0);
      if (left < 0) throw new RangeError("too large to be shown");
      return typeof part === "bigint" ? String(part) : part;
    });
  } catch {
    return undefined;
  }
}
