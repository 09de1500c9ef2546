/** Reads plain data that may be anything: each function gives what it is asked for, or throws a {@link Misfit}. */

/** A value is not what it should be. */
export class Misfit extends Error {}

export type Fields = Record<string, unknown>;

export function toFields(value: unknown): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Fields;
  throw new Misfit();
}

/** A list without holes: those are passed over by `map`. */
export function toList(value: unknown, most: number): unknown[] {
  if (Array.isArray(value) && value.length <= most) return Array.from(value);
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

export function isFrom0(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
