import fc from "fast-check";
import { expect, test } from "vitest";
import type { Graph } from "../../src/core/graph.ts";
import {
  isPackedStart,
  packStart,
  unpackStart,
} from "../../src/core/packedStart.ts";
import { makeGraph } from "./makeGraph.ts";

const carry = (start: { graph: Graph; keys?: unknown }) => {
  const packed = structuredClone(packStart(start));
  return isPackedStart(packed) ? unpackStart(packed) : packed;
};

const names = ["a", "b", "c", "toString"];
const graph = makeGraph(
  Object.fromEntries(names.map((name) => [name, "param"])),
);

test("keys arrive as they were, whichever nodes have one, and whatever they are", () => {
  const texts = fc.oneof(
    fc.stringMatching(/^[0-9a-f]{1,64}$/),
    fc.string(),
    fc.constantFrom("", "a\nb", "\n"),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.dictionary(fc.constantFrom(...names), texts, {
          noNullPrototype: true,
        }),
        fc.dictionary(fc.string(), fc.oneof(texts, fc.integer()), {
          noNullPrototype: true,
        }),
        fc.constantFrom(undefined, null, 5, "text", ["key"]),
      ),
      (keys) => {
        expect(carry({ graph, keys })).toStrictEqual(
          structuredClone({ graph, keys }),
        );
      },
    ),
  );
});

test("the keys of all nodes go as one text", () => {
  const keys = Object.fromEntries(names.map((name) => [name, `key ${name}`]));
  expect(packStart({ graph, keys })).toHaveProperty(
    "keyLines",
    expect.any(String),
  );
});

test("what has no keys gets none", () => {
  expect(carry({ graph })).toStrictEqual(structuredClone({ graph }));
});
