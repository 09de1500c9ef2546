import { briefJson } from "../core/briefJson.ts";
import { dayLength } from "../core/dayLength.ts";
import { shorten } from "../core/words.ts";
import * as words from "./words/dates.ts";
import { timeLocale } from "./words/language.ts";

/** How long ago something was: `just now`, `5 min ago`, `yesterday`, `3 Mar`, `3 Mar 2024`. */
export function formatAgo(time: number, now: number): string {
  const minutes = Math.floor((now - time) / 60_000);
  if (minutes < 1) return words.justNow;
  if (minutes < 60) return words.minutesAgo(minutes);
  const then = new Date(time);
  const today = new Date(now);
  const days = Math.round(
    (new Date(now).setHours(0, 0, 0, 0) - new Date(time).setHours(0, 0, 0, 0)) /
      dayLength,
  );
  if (days === 0) return words.hoursAgo(Math.floor(minutes / 60));
  if (days === 1) return words.yesterday;
  if (days < 7) return words.daysAgo(days);
  return then.toLocaleDateString(timeLocale, {
    day: "numeric",
    month: "short",
    ...(then.getFullYear() === today.getFullYear()
      ? {}
      : { year: "numeric" as const }),
  });
}

/** The time of day with seconds, `14:03:22`. */
export function formatClock(time: number): string {
  return new Date(time).toLocaleTimeString(timeLocale);
}

/** Day and time of day, `3 Mar, 14:03`. */
export function formatMoment(
  time: number,
  more: Intl.DateTimeFormatOptions = {},
): string {
  return new Date(time).toLocaleString(timeLocale, {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    ...more,
  });
}

/** When a run began, with the seconds that tell it from the one before: `3 Mar, 14:03:22`. */
export function formatStart(time: number): string {
  return formatMoment(time, { second: "2-digit" });
}

/** A value on one line, cut when long. */
export function formatValue(value: unknown, longest = 40): string {
  const text =
    typeof value === "string"
      ? value
      : value instanceof Date
        ? value.toISOString()
        : (briefJson(value) ?? String(value));
  return shorten(text, longest);
}
