import fc from "fast-check";
import { expect, test } from "vitest";
import {
  sqlAggregates,
  type AggregateValue,
} from "../../src/core/sqlAggregates.ts";

function aggregate(name: string, values: AggregateValue[]): number | null {
  const found = sqlAggregates.find((aggregate) => aggregate.name === name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found.finish(values.reduce(found.step, found.start()));
}

test("the median is the value in the middle, or the mean of the two there", () => {
  expect(aggregate("median", [5, 1, 3])).toBe(3);
  expect(aggregate("median", [4, 1n, 3, 2])).toBe(2.5);
  expect(aggregate("median", [Infinity, Infinity])).toBe(Infinity);
});

test("NULLs count for nothing, and too few values give NULL", () => {
  expect(aggregate("median", [null, 7, null])).toBe(7);
  expect(aggregate("median", [null])).toBeNull();
  expect(aggregate("variance", [null, 7])).toBeNull();
  expect(aggregate("stdev", [])).toBeNull();
});

test("variance and standard deviation are those of a sample", () => {
  expect(aggregate("variance", [2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(32 / 7);
  expect(aggregate("stdev", [2, null, 4])).toBeCloseTo(Math.SQRT2);
});

test("numbers far from zero keep the variance of those near it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2 }),
      (values) => {
        const near = aggregate("variance", values) ?? NaN;
        const far = aggregate(
          "variance",
          values.map((value) => value + 1e9),
        );
        expect(far).toBeCloseTo(near, 3);
      },
    ),
  );
});

test.each(["median", "variance", "stdev"])(
  "%s refuses what is no number, by its name",
  (name) => {
    expect(() => aggregate(name, ["a"])).toThrow(
      `input to ${name}() is not numeric`,
    );
    expect(() => aggregate(name, [new Uint8Array(1)])).toThrow("not numeric");
  },
);
