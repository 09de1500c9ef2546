import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonical, hashText } from "../../src/core/hash.ts";

describe("hashText", () => {
  test("is 32 hex digits, and stays what it is", () => {
    // Keys on disk were made with it: a change makes every result kept so far stale.
    expect(hashText("")).toBe("829b819e1ca2fd1ea28817e81bcdfa7b");
    expect(hashText("flowbook")).toBe("ad676eb4fe944d55f790a05024d87d3f");
    expect(hashText("ü".repeat(1000))).toMatch(/^[0-9a-f]{32}$/);
  });

  test("tells a hundred thousand similar texts apart, in every quarter", () => {
    const quarters = [new Set(), new Set(), new Set(), new Set()];
    const whole = new Set<string>();
    for (let at = 0; at < 100_000; at += 1) {
      const hash = hashText(`task ${at}`);
      whole.add(hash);
      quarters.forEach((seen, quarter) =>
        seen.add(hash.slice(quarter * 8, quarter * 8 + 8)),
      );
    }
    expect(whole.size).toBe(100_000);
    // By chance about one pair of 100,000 random 32 bit numbers is equal.
    for (const seen of quarters) expect(seen.size).toBeGreaterThan(99_985);
  });

  test("changes about half of its bits with one character", () => {
    let changed = 0;
    const rounds = 500;
    for (let round = 0; round < rounds; round += 1) {
      const text = `a text of some length, number ${round}, with an end`;
      const at = round % text.length;
      const other =
        text.slice(0, at) +
        String.fromCharCode(text.charCodeAt(at) ^ 1) +
        text.slice(at + 1);
      const difference =
        BigInt(`0x${hashText(text)}`) ^ BigInt(`0x${hashText(other)}`);
      changed += [...difference.toString(2)].filter(
        (bit) => bit === "1",
      ).length;
    }
    expect(changed / rounds).toBeGreaterThan(60);
    expect(changed / rounds).toBeLessThan(68);
  });
});

describe("canonical", () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const different: unknown[] = [
    undefined,
    null,
    true,
    "true",
    0,
    -0,
    NaN,
    Infinity,
    1,
    "1",
    1n,
    "",
    "undefined",
    [],
    {},
    [undefined],

    [,],
    [null],
    [1, 2],
    [2, 1],
    [[1], 2],
    ["1,2"],
    { a: undefined },
    { a: 1 },
    { a: "1" },
    { a: { b: 1 } },
    { "a:1,b": 1 },
    new Map(),
    new Map([["a", 1]]),
    new Map([[1, "a"]]),
    new Set(),
    new Set([1]),
    new Set(["1"]),
    new Date(0),
    new Date(1),
    new Date(NaN),
    /a/,
    /a/g,
    new Uint8Array([1, 0]),
    new Uint16Array([1]),
    new Uint8Array([1, 0]).buffer,
    new DataView(new ArrayBuffer(2)),
    new Error("a"),
    new TypeError("a"),
    circle,
    [circle],
    Object(1),
  ];

  test("differs for different values", () => {
    const seen = new Map<string, unknown>();
    for (const value of different) {
      const text = canonical(value);
      expect(seen.has(text), `${text} twice`).toBe(false);
      seen.set(text, value);
    }
  });

  test("is the same for copies", () => {
    for (const value of different)
      expect(canonical(structuredClone(value))).toBe(canonical(value));
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withTypedArray: true,
        }),
        (value) => canonical(structuredClone(value)) === canonical(value),
      ),
    );
  });

  test("does not depend on the order of keys and members", () => {
    expect(canonical({ b: 1, a: { d: 2, c: 3 } })).toBe(
      canonical({ a: { c: 3, d: 2 }, b: 1 }),
    );
    expect(canonical(new Set([1, 2]))).toBe(canonical(new Set([2, 1])));
    expect(
      canonical(
        new Map([
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toBe(
      canonical(
        new Map([
          [3, 4],
          [1, 2],
        ]),
      ),
    );
  });

  test("sees only the part of a buffer that a view shows", () => {
    const bytes = new Uint8Array([9, 1, 2, 9]);
    expect(canonical(bytes.subarray(1, 3))).toBe(
      canonical(new Uint8Array([1, 2])),
    );
  });

  test("takes an instance of a class as what a copy of it would be", () => {
    class Money {
      amount = 5;
    }
    expect(canonical(new Money())).toBe(canonical({ amount: 5 }));
  });

  test.each([
    [{ rows: [{ fn: () => 1 }] }, "`value.rows[0].fn` is a function"],
    [Symbol("x"), "The value is a symbol"],
    [[new Blob(["x"])], "`value[0]` is Blob"],
    [new Map([["k", new WeakMap()]]), "`value.get(k)` is WeakMap"],
    [new Map([[{ toString: 1 }, () => 1]]), "`value.get(…)` is a function"],
  ])(
    "refuses what it cannot tell apart, and says where it is",
    (value, message) => {
      expect(() => canonical(value)).toThrow(message);
    },
  );
});
