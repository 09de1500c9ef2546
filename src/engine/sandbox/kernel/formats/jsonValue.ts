import { toBase64 } from "../../../../core/base64.ts";
import { isInvalidDate, wordForNoData } from "../../../../core/noData.ts";

/**
 * What JSON has no word for, as what it has one for: for `JSON.stringify`. Bytes are base64 text; bigints are numbers where these
 * are exact and text elsewhere; an infinite number is its name as text, and no number null. What is no data is refused, and so is
 * an invalid Date, which would be null.
 */
export function toJsonValue(
  this: unknown,
  key: string,
  value: unknown,
): unknown {
  if (value === null && isInvalidDate(this, key))
    throw new TypeError(
      `${key === "" ? "it" : `its field ${key}`} is an invalid Date`,
    );
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (value === Infinity || value === -Infinity) return String(value);
  const word = wordForNoData(value);
  if (word !== undefined)
    throw new TypeError(`${key === "" ? "it" : `its field ${key}`} is ${word}`);
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
