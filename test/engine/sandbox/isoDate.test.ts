import fc from "fast-check";
import { expect, test } from "vitest";
import { isoDate } from "../../../src/engine/sandbox/kernel/isoDate.ts";

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
      expect(times.map(isoDate)).toEqual(
        times.map((each) => new Date(each).toISOString()),
      );
    }),
  );
});
