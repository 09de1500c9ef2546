import * as words from "./words/durations.ts";

/** A length of time for people: `840 ms`, `3.2 s`, `45 s`, `2 min 5 s`, `1 h 3 min`. */
export function formatDuration(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 999.5) return words.milliseconds(Math.round(ms));
  if (ms < 9_950) return words.tenths(ms / 1000);
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return words.seconds(seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return words.minutes(minutes, seconds % 60);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return words.hours(hours, minutes % 60);
  return words.days(Math.floor(hours / 24), hours % 24);
}
