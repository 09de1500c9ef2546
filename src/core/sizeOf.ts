import { longestList } from "./longestList.ts";

/** The approximate size in bytes of a value that can be copied. Shared parts count once. */
export function sizeOf(value: unknown): number {
  if (typeof value === "string") return 2 * value.length;
  if (typeof value !== "object" || value === null) return 8;
  const seen = new Set<object>();
  const todo: unknown[] = [value];
  let size = 0;
  while (todo.length > 0) {
    const next = todo.pop();
    if (typeof next === "string") size += 2 * next.length;
    else if (typeof next !== "object" || next === null) size += 8;
    else if (!seen.has(next)) {
      seen.add(next);
      if (next instanceof ArrayBuffer) size += next.byteLength;
      else if (ArrayBuffer.isView(next)) size += next.byteLength;
      else if (next instanceof Blob) size += next.size;
      else if (next instanceof Map)
        for (const [key, item] of next) todo.push(key, item);
      else if (next instanceof Set) for (const item of next) todo.push(item);
      else if (Array.isArray(next)) {
        size += 8;
        if (next.length > longestList) size += 8 * next.length;
        else for (const item of next) todo.push(item);
      } else
        for (const key of Object.keys(next)) {
          size += 8 + 2 * key.length;
          todo.push((next as Record<string, unknown>)[key]);
        }
    }
  }
  return size;
}

/** Circles are walked around, each way by itself, in values up to this size only. */
const largestCircular = 2_000_000;

/**
 * The same with each part counted as often as it stands in the value, which is what whoever writes it out will do; Infinity if
 * nobody could. Only so can a value be believed that anybody may have made: sixty lists of two hold 2^60 values.
 */
export function unfoldedSizeOf(value: unknown): number {
  try {
    return measure(value, new Map());
  } catch (thrown) {
    if (thrown !== circle && !(thrown instanceof RangeError)) throw thrown;
  }
  try {
    return measureCircular(value, new Set(), { size: largestCircular });
  } catch (thrown) {
    // Too much of it, or nested so deeply that nobody can walk through it.
    if (thrown !== circle && !(thrown instanceof RangeError)) throw thrown;
    return Infinity;
  }
}

/** Thrown where a value cannot be walked through part by part. */
const circle = new Error("a part holds itself, or is endless");

/** `sizes` are those of the parts seen so far; of one that is being measured it is negative. */
function measure(value: unknown, sizes: Map<object, number>): number {
  if (typeof value !== "object" || value === null) return ownSize(value);
  const known = sizes.get(value);
  if (known !== undefined) {
    if (known < 0) throw circle;
    return known;
  }
  sizes.set(value, -1);
  let size = ownSize(value);
  // Without a list of its parts for the two kinds that nearly all are of: graphs of many tasks are measured with every key.
  if (Array.isArray(value))
    for (let at = 0; at < value.length; at += 1)
      size += measure(value[at], sizes);
  else if (Object.getPrototypeOf(value) === Object.prototype)
    for (const name in value)
      size +=
        8 +
        2 * name.length +
        measure((value as Record<string, unknown>)[name], sizes);
  else for (const part of partsOf(value)) size += measure(part, sizes);
  sizes.set(value, size);
  return size;
}

function measureCircular(
  value: unknown,
  around: Set<object>,
  left: { size: number },
): number {
  const own = ownSize(value);
  left.size -= own;
  if (left.size < 0) throw circle;
  if (typeof value !== "object" || value === null || around.has(value))
    return own;
  around.add(value);
  let size = own;
  for (const part of partsOf(value))
    size += measureCircular(part, around, left);
  around.delete(value);
  return size;
}

/** Without what it holds. */
function ownSize(value: unknown): number {
  if (Array.isArray(value) && value.length > longestList) throw circle;
  if (typeof value === "string") return 8 + 2 * value.length;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value))
    return 8 + value.byteLength;
  return 8;
}

/** What a value holds: of a record the names too. */
function partsOf(value: object): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value].flat();
  if (value instanceof Set) return [...value];
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return [];
  const parts: unknown[] = Object.entries(value).flat();
  if (value instanceof Error) parts.push(value.cause);
  return parts;
}
