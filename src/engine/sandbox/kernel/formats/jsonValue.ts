import { toBase64 } from "../../../../core/base64.ts";

/**
 * What JSON has no word for, as what it has one for: for `JSON.stringify`. Bytes are base64 text; bigints are numbers where these
 * are exact and text elsewhere; an infinite number is its name as text, and no number null.
 */
export function toJsonValue(_: string, value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (value === Infinity || value === -Infinity) return String(value);
  return base64Of(value) ?? value;
}

/** Bytes as base64 text; undefined of anything else. */
export function base64Of(value: unknown): string | undefined {
  const bytes = bytesOf(value);
  return bytes && toBase64(bytes);
}

/** The bytes that a value is, of whatever kind; undefined of anything else. */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!ArrayBuffer.isView(value)) return undefined;
  const { buffer, byteOffset, byteLength } = value;
  return new Uint8Array(buffer, byteOffset, byteLength);
}
