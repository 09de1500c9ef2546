import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isoDate,
  longestIsoDate,
  putIsoDate,
} from "../../../src/engine/sandbox/kernel/isoDate.ts";

/** The same as bytes, behind others. */
function put(time: number): string {
  const bytes = new Uint8Array(3 + longestIsoDate);
  return new TextDecoder().decode(
    bytes.subarray(3, putIsoDate(bytes, 3, time)),
  );
}

test("a time is written as Date writes it", () => {
  const near = fc.integer({ min: -200_000_000, max: 200_000_000 });
  const time = fc.oneof(
    near,
    fc.date({ noInvalidDate: true }).map((date) => date.getTime()),
    fc.constantFrom(
      0,
      -1,
      8.64e15,
      -8.64e15,
      -62_198_755_200_000,
      253_402_300_800_000,
    ),
  );
  fc.assert(
    fc.property(fc.array(time, { minLength: 1 }), (times) => {
      const written = times.map((each) => new Date(each).toISOString());
      expect(times.map(isoDate)).toEqual(written);
      expect(times.map(put)).toEqual(written);
    }),
  );
});
