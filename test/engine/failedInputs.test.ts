import { expect, test } from "vitest";
import type { Template } from "../../src/core/graph.ts";
import { findFailed } from "../../src/engine/failedInputs.ts";

class Odd extends Error {
  override name = "Odd";
}

const ref: Template = { type: "ref", node: "a", path: [] };

test("errors of failed tasks are found in what templates make, and in lists of a map's values", () => {
  const errors = Array.from({ length: 5 }, () => new Odd("no"));
  const [one, two, three, four, five] = errors as [Odd, Odd, Odd, Odd, Odd];
  const inner = [two, 1];
  const list = [inner, three];
  const templates: Template[] = [
    ref,
    ref,
    { type: "list", items: [ref] },
    {
      type: "object",
      entries: [["a", { type: "flatten", of: ref, path: [] }]],
    },
  ];
  const values = [one, list, [four], { a: [1, five] }];
  const made = new WeakSet(errors);
  const found = findFailed(templates, values, made, new WeakSet([list, inner]));
  expect(found?.map(({ error }) => error)).toEqual(errors);
});

test("what a task returned is not gone into, whatever it holds", () => {
  const result = [
    {
      get rows(): never {
        throw new Error("looked at");
      },
    },
    new Odd("its own"),
  ];
  const none = new WeakSet();
  expect(findFailed([ref], [result], none, none)).toBeUndefined();
  const returned = new Odd("x", { cause: { status: 404 } });
  expect(findFailed([ref], [returned], none, none)).toBeUndefined();
});
