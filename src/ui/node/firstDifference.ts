import { canonical } from "../../core/hash.ts";
import { pathText } from "../../pictures/nodeNames.ts";

type Path = readonly (string | number)[];

/** Where two values differ first, and how. */
export interface Difference {
  /** As it would be written behind the name of the whole: `[3].price`; empty for the whole. */
  path: string;
  before: unknown;
  now: unknown;
  /** In how many places more they differ. */
  others: number;
}

const isPlain = (value: unknown): value is object => {
  if (typeof value !== "object" || value === null) return false;
  const kind = Object.prototype.toString.call(value);
  return kind === "[object Object]" || kind === "[object Array]";
};

/**
 * Where two values differ first; undefined if they do not. Lists and plain objects are gone through, and where a list is of
 * another length its length is what differs; all else differs as a whole.
 */
export function firstDifference(
  before: unknown,
  now: unknown,
): Difference | undefined {
  let first: Omit<Difference, "others"> | undefined;
  let count = 0;
  // A part that stands in many places, or in itself, is gone through once.
  const seen = new Set<object>();
  const found = (path: Path, was: unknown, is: unknown) => {
    count += 1;
    first ??= { path: pathText(path), before: was, now: is };
  };
  const compare = (was: unknown, is: unknown, path: Path): void => {
    if (Object.is(was, is)) return;
    const areLists = Array.isArray(was) && Array.isArray(is);
    if (areLists && was.length !== is.length) {
      found([...path, "length"], was.length, is.length);
      return;
    }
    const areObjects =
      isPlain(was) && isPlain(is) && Array.isArray(was) === Array.isArray(is);
    if (!areObjects) {
      if (!isSameWhole(was, is)) found(path, was, is);
      return;
    }
    if (seen.has(was)) return;
    seen.add(was);
    const keys = new Set([...Object.keys(was), ...Object.keys(is)]);
    for (const key of keys)
      compare(
        (was as Record<string, unknown>)[key],
        (is as Record<string, unknown>)[key],
        [...path, areLists ? Number(key) : key],
      );
  };
  compare(before, now, []);
  return first && { ...first, others: count - 1 };
}

/** Whether two values that are not gone through hold the same, or cannot be looked into, as a file. */
function isSameWhole(was: unknown, is: unknown): boolean {
  try {
    return canonical(was) === canonical(is);
  } catch {
    return true;
  }
}
