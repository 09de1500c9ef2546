/** Reads plain data that may be anything: each function gives what it is asked for, or throws a {@link Misfit}. */

/** A value is not what it should be. */
export class Misfit extends Error {}

export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function toFields(value: unknown): Fields {
  if (isFields(value)) return value;
  throw new Misfit();
}

/** A list as our own, or undefined: without holes, which `map` passes over, and without a "constructor", by which it would go. */
export function listOf(value: unknown, most: number): unknown[] | undefined {
  return Array.isArray(value) && value.length <= most
    ? Array.from(value)
    : undefined;
}

/** Like {@link listOf}, for what has to be a list. */
export function toList(value: unknown, most: number): unknown[] {
  const list = listOf(value, most);
  if (list) return list;
  throw new Misfit();
}

export function toText(value: unknown, longest: number): string {
  if (typeof value === "string" && value.length <= longest) return value;
  throw new Misfit();
}

export function toNumber(value: unknown): number {
  if (isFrom0(value)) return value;
  throw new Misfit();
}

export function toPositive(value: unknown): number {
  if (isFrom0(value) && value > 0) return value;
  throw new Misfit();
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** How long a text may be unless it is said otherwise. */
export const longestText = 20_000;

export function isText(value: unknown, longest = longestText): value is string {
  return typeof value === "string" && value.length <= longest;
}

export function isFrom0(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
