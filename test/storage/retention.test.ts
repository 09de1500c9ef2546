import fc from "fast-check";
import { expect, test } from "vitest";
import {
  keptVersions,
  retention,
  type Dated,
} from "../../src/storage/retention.ts";

const hour = 3_600_000;
const day = 24 * hour;
/** Noon of a day, UTC. */
const now = 20_000 * day + 12 * hour;

/** Versions that were made so long before now, oldest first. */
function versionsOf(
  ages: readonly number[],
  more: Partial<Dated> = {},
): Dated[] {
  return [...ages]
    .sort((a, b) => b - a)
    .map((age, index) => ({
      number: index + 1,
      at: now - age,
      length: 100,
      runs: 0,
      ...more,
    }));
}

function keptAges(versions: readonly Dated[], at = now): number[] {
  const kept = keptVersions(versions, at);
  return versions
    .filter(({ number }) => kept.has(number))
    .map((v) => at - v.at);
}

test("all versions of the last 24 hours stay", () => {
  const ages = Array.from({ length: 24 }, (_, index) => index * hour);
  expect(keptAges(versionsOf(ages))).toEqual([...ages].reverse());
});

test("of days before that the last version of each stays", () => {
  const ages = [25, 26, 40, 49, 50, 75].map((hours) => hours * hour);
  // Seen from noon: the first two were yesterday, the next three on the day before, the last one day earlier.
  expect(keptAges(versionsOf(ages))).toEqual(
    [75, 40, 25].map((hours) => hours * hour),
  );
});

test("the versions that were run lately stay beside the last of their day", () => {
  const ages = Array.from(
    { length: 60 },
    (_, index) => 3 * day + index * 60_000,
  );
  const kept = keptVersions(versionsOf(ages, { runs: 1 }), now);
  expect(kept.size).toBe(retention.runs);
  expect(Math.min(...kept)).toBe(60 - retention.runs + 1);
});

test("more than a stated number never stay, and the oldest go first", () => {
  const ages = Array.from({ length: 300 }, (_, index) => index * 60_000);
  const kept = keptVersions(versionsOf(ages), now);
  expect(kept.size).toBe(retention.count);
  expect(Math.min(...kept)).toBe(300 - retention.count + 1);
});

test("more than a stated length of text never stays, but the newest does", () => {
  const length = retention.length / 4;
  const ages = Array.from({ length: 9 }, (_, index) => index * 60_000);
  expect(keptVersions(versionsOf(ages, { length }), now).size).toBe(4);
  const huge = versionsOf(ages, { length: 2 * retention.length });
  expect([...keptVersions(huge, now)]).toEqual([9]);
});

test("the newest stays however old it is", () => {
  expect(keptAges(versionsOf([400 * day]))).toEqual([400 * day]);
});

test("what is kept now is kept when asked again", () => {
  const version = fc.record({
    age: fc.integer({ min: 0, max: 90 * day }),
    length: fc.integer({ min: 0, max: 100_000 }),
    runs: fc.nat(2),
  });
  fc.assert(
    fc.property(fc.array(version, { maxLength: 400 }), (made) => {
      const versions = made
        .sort((a, b) => b.age - a.age)
        .map(({ age, length, runs }, index) => ({
          number: index + 1,
          at: now - age,
          length,
          runs,
        }));
      const kept = keptVersions(versions, now);
      const left = versions.filter(({ number }) => kept.has(number));
      expect(keptVersions(left, now)).toEqual(kept);
      if (versions.length > 0) expect(kept).toContain(versions.length);
      expect(kept.size).toBeLessThanOrEqual(retention.count);
    }),
  );
});
