import fc from "fast-check";
import { expect, test } from "vitest";
import { putText } from "../../../src/engine/records/recordWriter.ts";

test("text is written as TextEncoder writes it, wherever in it something is not ASCII or half a character", () => {
  const pieces = fc.constantFrom(
    ..."aaaaaé߿ࠀ￿",
    "😀",
    "\u{10FFFF}",
    "\uD83D",
    "\uDE00",
    "\0",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: pieces, maxLength: 60 }),
        fc.string({ unit: "binary", maxLength: 60 }),
      ),
      (text) => {
        const bytes = new Uint8Array(200).fill(7);
        const end = putText(bytes, 3, text);
        expect(bytes.subarray(3, end)).toEqual(new TextEncoder().encode(text));
        expect(bytes.subarray(end).every((byte) => byte === 7)).toBe(true);
      },
    ),
    { numRuns: 3000 },
  );
});
