import { expect, test } from "vitest";
import { toPlainJson } from "../../src/core/plainJson.ts";

const told = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(toPlainJson(value)));

test("what JSON has a word for stays as it is", () => {
  const date = new Date("2026-05-31T12:00:00Z");
  const value = { list: [1, "a", null, { b: true }], date, gone: undefined };
  expect(told(value)).toEqual(JSON.parse(JSON.stringify(value)));
  expect(told(JSON.parse('{"__proto__": 1}'))).toEqual(
    JSON.parse('{"__proto__": 1}'),
  );
});

test("what JSON has no word for is told as what it holds", () => {
  expect(told(new Map([[{ id: 1 }, new Set(["a"])]]))).toEqual([
    [{ id: 1 }, ["a"]],
  ]);
  const error = Object.assign(new RangeError("far off"), { code: 7 });
  expect(told(error)).toEqual({
    name: "RangeError",
    message: "far off",
    code: 7,
  });
  expect(told(/a+/gi)).toBe("/a+/gi");
  expect(told([new Blob(["ab"]), new File(["a"], "a.csv")])).toEqual([
    "[Blob, 2 bytes]",
    "[File a.csv, 1 byte]",
  ]);
  expect(told([Object(5), Object("a"), Object(false)])).toEqual([
    5,
    "a",
    false,
  ]);
  expect(told([12n, Infinity, -Infinity, NaN])).toEqual([
    ...["12", "Infinity", "-Infinity"],
    null,
  ]);
});

test("bytes are base64 text, and other typed arrays lists", () => {
  const bytes = Uint8Array.of(0, 104, 105, 0);
  const part = bytes.subarray(1, 3);
  expect(told([part, bytes.buffer])).toEqual(["aGk=", "AGhpAA=="]);
  expect(told([Float64Array.of(0.5), BigInt64Array.of(3n)])).toEqual([
    [0.5],
    ["3"],
  ]);
});

test("what holds itself is told once, and what is only there twice each time", () => {
  const ring: unknown[] = [1];
  ring.push({ ring });
  expect(told(ring)).toEqual([1, { ring: "[Circular]" }]);
  const shared = { n: 1 };
  expect(told([shared, shared])).toEqual([{ n: 1 }, { n: 1 }]);
});

test("a value that is too deep for the stack is told as far as it goes", () => {
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  expect(JSON.stringify(toPlainJson(deep))).toContain('[[["[Too deep]"]]]');
});
