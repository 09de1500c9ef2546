import { dayLength } from "./dayLength.ts";
import { FlowError } from "./errors.ts";
import { showValue } from "./words.ts";

/** The units of a duration, in milliseconds. */
export const units = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: dayLength,
};

/** No Date is further from 1970, in milliseconds. */
export const farthest = 8.64e15;

/** A length of time in milliseconds, from a number of them or from text like `"250ms"`, `"10s"`, `"5m"`, `"1h"`, `"2d"`. */
export function parseDuration(value: unknown): number {
  const milliseconds = read(value);
  if (milliseconds !== undefined) return milliseconds + 0; // no -0
  throw new FlowError(
    "invalid-option",
    `${showValue(value)} is not a duration. Write milliseconds as a number, or "250ms", "10s", "5m", "1h" or "2d": no sign, no spaces, no exponent.`,
  );
}

function read(value: unknown): number | undefined {
  let milliseconds: number | undefined;
  if (typeof value === "number") milliseconds = value;
  if (typeof value === "string") {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(value);
    if (match)
      milliseconds = Number(match[1]) * units[match[2] as keyof typeof units];
  }
  // Not beyond what numbers count exactly: a moment that far away is a mistake.
  return milliseconds !== undefined &&
    milliseconds >= 0 &&
    milliseconds <= Number.MAX_SAFE_INTEGER
    ? milliseconds
    : undefined;
}

/** A length of time for people: `250 ms`, `1.5 s`, `10 s`, `5 min`, `1 h 30 min`, `2 days`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < units.m)
    return `${Number((milliseconds / 1000).toFixed(1))} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return join(seconds, 60, "min", "s");
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return join(minutes, 60, "h", "min");
  const hours = Math.round(minutes / 60);
  const days = Math.floor(hours / 24);
  return join(hours, 24, days === 1 ? "day" : "days", "h");
}

function join(amount: number, per: number, large: string, small: string) {
  const rest = amount % per;
  return `${Math.floor(amount / per)} ${large}${rest ? ` ${rest} ${small}` : ""}`;
}
