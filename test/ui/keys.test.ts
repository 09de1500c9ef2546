import { expect, test } from "vitest";
import { actionList } from "../../src/ui/actions.ts";
import { chordOf, keyCaps } from "../../src/ui/keys.ts";

function press(key: string, held: string[] = []): string {
  return chordOf({
    key,
    ctrlKey: held.includes("Ctrl"),
    metaKey: held.includes("Meta"),
    altKey: held.includes("Alt"),
    shiftKey: held.includes("Shift"),
  });
}

test("a letter is the same with and without caps lock, and Shift is named", () => {
  expect(press("z")).toBe("Z");
  expect(press("Z")).toBe("Z");
  expect(press("Z", ["Shift"])).toBe("Shift+Z");
});

test("Shift is left out where the character already says it", () => {
  expect(press("?", ["Shift"])).toBe("?");
});

test("modifiers come in one order", () => {
  expect(press("Enter", ["Shift", "Ctrl"])).toBe("Ctrl+Shift+Enter");
  expect(press("ArrowUp", ["Alt"])).toBe("Alt+ArrowUp");
});

test("a chord with the system's key is no chord of ours", () => {
  expect(press("k", ["Meta"])).toBe("Other+K");
});

test("a sequence is shown chord by chord", () => {
  expect(keyCaps("D D")).toEqual([["D"], ["D"]]);
  expect(keyCaps("Alt+ArrowUp")).toEqual([["Alt", "↑"]]);
});

test("no two actions of one scope have the same keys, and no two the same title", () => {
  const keys = actionList.flatMap((action) =>
    action.keys.map((key) => `${action.scope} ${key}`),
  );
  expect(new Set(keys).size).toBe(keys.length);
  const titles = actionList.map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
});
