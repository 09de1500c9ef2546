import fc from "fast-check";
import { expect, test } from "vitest";
import { toDouble } from "../../../../src/engine/sandbox/kernel/formats/decimals.ts";

const digits = (least: number, most: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), {
      minLength: least,
      maxLength: most,
    })
    .map((list) => list.join(""));

/** What `toDouble` makes of the digits, and what the language does. */
function both(all: string, decimals: number): [number, number] {
  const others = all.slice(9);
  const value = toDouble(
    Number(all.slice(0, 9)),
    Number(others),
    others.length,
    decimals,
  );
  return [value, Number(`${all}e-${decimals}`)];
}

test("a decimal is the double that Number makes of its text, or left to it", () => {
  let left = 0;
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      digits(0, 17),
      fc.integer({ min: 0, max: 22 }),
      (first, others, decimals) => {
        const [value, expected] = both(first + others, decimals);
        if (Number.isNaN(value)) left += 1;
        else expect(value).toBe(expected);
      },
    ),
    { numRuns: 5000 },
  );
  expect(left).toBeLessThan(100);
});

test("a double that is written with 16 to 18 digits is read again", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-3, max: 1e15, noNaN: true }),
      fc.integer({ min: 16, max: 18 }),
      (double, precision) => {
        const [mantissa = "", exponent] = double
          .toExponential(precision - 1)
          .split("e");
        const decimals = precision - 1 - Number(exponent);
        fc.pre(decimals >= 0 && decimals <= 22);
        const [value, expected] = both(mantissa.replace(".", ""), decimals);
        expect([NaN, expected]).toContain(value);
      },
    ),
    { numRuns: 5000 },
  );
});

test("what lies in the middle between two doubles is left to Number", () => {
  // 2^53 + 1, and its neighbours
  expect(both("90071992547409930", 1)[0]).toBeNaN();
  expect(both("90071992547409940", 1)[0]).toBe(9007199254740994);
  expect(both("90071992547409931", 1)[0]).toBe(9007199254740994);
  expect(both("15", 1)[0]).toBe(1.5);
});
