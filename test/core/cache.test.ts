import { describe, expect, test } from "vitest";
import {
  identify,
  validUntil,
  whyNotReused,
  whyReused,
} from "../../src/core/cache.ts";
import type { CacheEntry, CacheIdentity } from "../../src/core/cache.ts";

const identity = (
  args: readonly unknown[],
  version = "1",
  more: Record<string, unknown> = {},
) => identify(version, args, ["city", "radius"], more);

const noon = Date.UTC(2026, 4, 31, 12);

const entryOf = (
  { cacheKey, inputs }: CacheIdentity,
  more: Partial<CacheEntry> = {},
): CacheEntry => ({
  cacheKey,
  inputs,
  task: "load",
  version: "1",
  key: "key",
  node: "load-1",
  at: noon,
  run: "run-1",
  runAt: noon,
  resultKey: "key",
  size: 8,
  ...more,
});

describe("the identity of a call", () => {
  test("is the same for equal inputs, whatever the order of their keys", () => {
    expect(identity([{ a: 1, b: [2] }])).toEqual(identity([{ b: [2], a: 1 }]));
  });

  test("71. always has the inputs in it", () => {
    const keys = [
      identity(["IAD", 200]),
      identity(["IAD", 100]),
      identity([200, "IAD"]),
      identity(["IAD"]),
      identity([]),
    ].map(({ cacheKey }) => cacheKey);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("75. has the code in it, so that tasks of one name share nothing", () => {
    expect(identity(["IAD"], "1").cacheKey).not.toBe(
      identity(["IAD"], "2").cacheKey,
    );
  });

  test("has whatever else the result depends on in it", () => {
    const { cacheKey, inputs } = identity([1], "1", { cacheKey: "vectors-2" });
    expect(cacheKey).not.toBe(identity([1]).cacheKey);
    expect(Object.keys(inputs)).toEqual(["city", "cacheKey"]);
  });

  test("names arguments that have no name by their place", () => {
    expect(Object.keys(identify("1", [1, 2, 3], ["a"], {}).inputs)).toEqual([
      "a",
      "argument 2",
      "argument 3",
    ]);
  });

  test("78. is refused for values that cannot be told by their content", () => {
    expect(() => identity([() => 1])).toThrow(/has no content to go by/);
  });
});

describe("a cached result", () => {
  test("72. is valid for as long as the task says", () => {
    const entry = entryOf(identity(["IAD"]));
    expect(validUntil(entry, 1000)).toBe(noon + 1000);
    expect(validUntil(entry, Infinity)).toBe(Infinity);
  });

  test("says for how long it can still be used", () => {
    const entry = entryOf(identity(["IAD"]));
    expect(whyReused(entry, 86_400_000, noon + 3_600_000)).toBe(
      "Reused from the run of 2026-05-31 12:00:00 UTC: same code and inputs, valid for another 23 h.",
    );
    expect(whyReused(entry, Infinity, noon)).toBe(
      "Reused from the run of 2026-05-31 12:00:00 UTC: same code and inputs, valid for ever.",
    );
  });
});

describe("why a result is computed anew", () => {
  const told = (
    entries: readonly CacheEntry[],
    wanted: CacheIdentity,
    version = "1",
    now = noon + 10,
  ) => whyNotReused(entries, wanted, version, 1000, now);

  test("is that there is none", () => {
    expect(told([], identity(["IAD"]))).toBe("it has no cached result yet");
  });

  test("72. is that it has expired", () => {
    const wanted = identity(["IAD"]);
    expect(told([entryOf(wanted)], wanted, "1", noon + 1000)).toBe(
      "its cached result is of 2026-05-31 12:00:00 UTC and was valid for 1 s",
    );
  });

  test("is that the code changed", () => {
    expect(
      told([entryOf(identity(["IAD"]))], identity(["IAD"], "2"), "2"),
    ).toBe("its code changed");
  });

  test("is the input that is another than last time", () => {
    const entries = [
      entryOf(identity(["JFK", 100]), { at: noon - 5000 }),
      entryOf(identity(["IAD", 200])),
    ];
    expect(told(entries, identity(["IAD", 100]))).toBe(
      "an input is another than last time (radius)",
    );
    expect(told(entries, identity(["IAD"]))).toBe(
      "an input is another than last time (radius)",
    );
  });
});
