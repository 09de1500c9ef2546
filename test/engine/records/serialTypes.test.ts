import fc from "fast-check";
import { expect, test } from "vitest";
import {
  sizeOfVarint,
  writeVarint,
} from "../../../src/engine/records/serialTypes.ts";

test("a number of variable length has seven bits a byte, the highest first, and all bytes but the last are marked", () => {
  const edges = [7, 14, 21, 28, 35, 49, 53].flatMap((bits) => [
    2 ** bits - 1,
    ...(bits < 53 ? [2 ** bits] : []),
  ]);
  const number = fc.oneof(
    fc.constantFrom(0, 1, ...edges),
    fc.nat({ max: 3_000_000 }),
    fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  );
  fc.assert(
    fc.property(number, (value) => {
      const bytes = new Uint8Array(12).fill(0xff);
      const end = writeVarint(bytes, 2, value);
      const written = [...bytes.subarray(2, end)];
      const digits = BigInt(value).toString(2);
      const size = Math.ceil(digits.length / 7);
      const groups = digits.padStart(size * 7, "0").match(/.{7}/g)!;
      const marked = groups.map(
        (group, at) => (at < size - 1 ? 128 : 0) + parseInt(group, 2),
      );
      expect(written).toEqual(marked);
      expect(sizeOfVarint(value)).toBe(size);
      expect(bytes[end]).toBe(0xff);
    }),
  );
});
