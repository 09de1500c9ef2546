import { formatDuration } from "../../views/duration.ts";

/** How much longer or shorter something took: `+1.2 s`, `−340 ms`, and in proportion where that says more: `×12`. */
export function differenceWords(before: number, after: number): string {
  const change = after - before;
  if (change === 0) return "";
  if (before > 0 && after / before >= 10)
    return `×${Math.round(after / before)}`;
  return `${change > 0 ? "+" : "−"}${formatDuration(Math.abs(change))}`;
}
