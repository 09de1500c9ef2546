import { expect, test } from "vitest";
import { jsonLines, type Openness } from "../../../src/ui/output/jsonLines.ts";

function openTo(depth: number, shown = 100): Openness {
  return { isOpen: (_, at) => at < depth, shown: () => shown };
}

function lines(value: unknown, openness: Openness): string[] {
  return jsonLines(value, openness).map(
    (line) =>
      `${"  ".repeat(line.depth)}${line.key === undefined ? "" : `${line.key}: `}${line.text}`,
  );
}

test("what is closed shows its beginning, what is open its entries", () => {
  const value = { a: [1, 2], b: "x", c: null };
  expect(lines(value, openTo(0))).toEqual(['{ a: [2], b: "x", c: null }']);
  expect(lines(value, openTo(1))).toEqual([
    "3 entries",
    "  a: List of 2 [1, 2]",
    '  b: "x"',
    "  c: null",
  ]);
  expect(lines(value, openTo(2)).slice(1, 4)).toEqual([
    "  a: List of 2",
    "    0: 1",
    "    1: 2",
  ]);
});

test("a long list offers the rest", () => {
  const all = jsonLines([1, 2, 3, 4, 5], openTo(1, 2));
  expect(all.map((line) => line.text)).toEqual(["List of 5", "1", "2", "3"]);
  expect(all.at(-1)).toMatchObject({ kind: "more", parent: "" });
});

test("values that JSON does not have are shown as what they are", () => {
  const value = [
    new Date(0),
    new Map([["k", 1]]),
    new Set([1]),
    new Uint8Array([7]),
    1n,
    undefined,
    {},
    [],
    new Map(),
  ];
  expect(lines(value, openTo(1)).slice(1)).toEqual([
    "  0: 1970-01-01T00:00:00.000Z",
    "  1: Map of 1 { k: 1 }",
    "  2: Set of 1 [1]",
    "  3: Uint8Array of 1 [7]",
    "  4: 1",
    "  5: undefined",
    "  6: {}",
    "  7: []",
    "  8: Map {}",
  ]);
});

test("a value that contains itself opens as far as one opens it", () => {
  const value: Record<string, unknown> = {};
  value["self"] = value;
  expect(lines(value, openTo(3))).toHaveLength(4);
});

test("paths tell lines apart whatever the keys", () => {
  const value = { "a/b": { c: 1 }, a: { "b/c": 2, "1:b": 3 }, more: [1, 2, 3] };
  const paths = jsonLines(value, openTo(5, 2)).map((line) => line.path);
  expect(new Set(paths).size).toBe(paths.length);
});

test("entries of a map whose keys look the same are lines of their own", () => {
  const map = new Map<unknown, unknown>([
    [1, "a"],
    ["1", "b"],
    [{ k: 1 }, "c"],
    [{ k: 1 }, "d"],
  ]);
  expect(lines(map, openTo(1))).toEqual([
    "Map of 4",
    '  1: "a"',
    '  1: "b"',
    '  { k: 1 }: "c"',
    '  { k: 1 }: "d"',
  ]);
  const paths = jsonLines(map, openTo(1)).map(({ path }) => path);
  expect(new Set(paths).size).toBe(5);
});
