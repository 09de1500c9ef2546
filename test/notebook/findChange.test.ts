import fc from "fast-check";
import { expect, test } from "vitest";
import { findChange } from "../../src/notebook/findChange.ts";

test("the change makes the one text from the other, and touches nothing around it", () => {
  const text = fc.array(fc.constantFrom("a", "b", "\n")).map((c) => c.join(""));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const change = findChange(before, after);
      if (!change) {
        expect(after).toBe(before);
        return;
      }
      expect(
        before.slice(0, change.from) + change.insert + before.slice(change.to),
      ).toBe(after);
      const removed = before.slice(change.from, change.to);
      if (removed !== "" && change.insert !== "") {
        expect(removed[0]).not.toBe(change.insert[0]);
        expect(removed.at(-1)).not.toBe(change.insert.at(-1));
      }
    }),
  );
});

test("equal texts need no change", () => {
  expect(findChange("same", "same")).toBeUndefined();
});
