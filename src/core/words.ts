import { briefJson } from "./briefJson.ts";

/** The characters that turn the direction of writing round, none of which is seen. */
export const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** `a`, `a and b`, `a, b and c`; after `most` names only how many more of all `count` there are. */
export function listNames(
  names: readonly string[],
  most = 5,
  count = names.length,
): string {
  const shown = names.slice(0, most);
  const rest = count - shown.length;
  if (rest > 0) return `${shown.join(", ")} and ${rest} more`;
  if (shown.length < 2) return shown.join("");
  return `${shown.slice(0, -1).join(", ")} and ${shown[shown.length - 1]}`;
}

/** The message with a full stop at its end, unless it ends in a mark of its own. */
export function asSentence(message: string): string {
  const text = message.trimEnd();
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** A moment for people, in UTC to the second: `2026-05-31 12:00:05 UTC`. */
export function formatTime(at: number): string {
  return new Date(at).toISOString().replace("T", " ").replace(/\..*/, " UTC");
}

/** A size for people: `512 bytes`, `1.5 MB`. */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? "byte" : "bytes"}`;
  const [unit, size] =
    bytes < 1e6
      ? (["kB", bytes / 1e3] as const)
      : bytes < 1e9
        ? (["MB", bytes / 1e6] as const)
        : (["GB", bytes / 1e9] as const);
  return `${Number(size.toPrecision(size < 10 ? 2 : 3))} ${unit}`;
}

/** What a value looks like in a message: short, and quoted if it is text. */
export function showValue(value: unknown): string {
  return shorten(describe(value), 60);
}

/** A text, cut if it is longer than that many units of UTF-16. */
export function shorten(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (value instanceof Date)
    return Number.isNaN(value.getTime())
      ? "an invalid Date"
      : `Date ${value.toISOString()}`;
  if (value instanceof Map) return "a Map";
  if (value instanceof Set) return "a Set";
  if (value instanceof Error) return `the error ${value.message}`;
  if (typeof value === "object" && value !== null)
    return briefJson(value) ?? "an object";
  return Object.is(value, -0) ? "-0" : String(value);
}

/** A name without the marks that turn the direction of writing round: none is seen, and with them one name looks like another. */
export function withoutDirectionMarks(name: string): string {
  return name.replace(directionMarks, "");
}

/** A text with such marks written out, where they would turn round what stands about it too. */
export function showDirectionMarks(text: string): string {
  return text.replace(
    directionMarks,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** What is said in place of a part of the app, and of what was to be done with it. */
export const partNotLoaded =
  "This part of the app could not be loaded. Check the connection and try again, or reload the page.";
