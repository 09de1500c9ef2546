import { briefJson } from "./briefJson.ts";

/** A value in a cell of a table, on one line; undefined for null, which is shown as a sign. */
export function cellText(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "string") return value;
  if (value instanceof Date) return isoText(value);
  if (value instanceof Uint8Array) return bytesText(value);
  if (typeof value === "object")
    return briefJson(value) ?? Object.prototype.toString.call(value);
  return String(value);
}

function isoText(date: Date): string {
  return Number.isNaN(date.getTime()) ? "Invalid Date" : date.toISOString();
}

function bytesText(bytes: Uint8Array): string {
  const start = [...bytes.subarray(0, 8)]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join(" ");
  return `${bytes.length} ${bytes.length === 1 ? "byte" : "bytes"}${start === "" ? "" : `: ${start}${bytes.length > 8 ? " …" : ""}`}`;
}
