import { expect, test } from "vitest";
import { readJsonText } from "../../../src/ui/node/jsonText.ts";

test("a typed value is JSON, or nothing for no value", () => {
  expect(readJsonText(' {"a": [1, "x"]} ')).toEqual({
    ok: true,
    value: { a: [1, "x"] },
  });
  expect(readJsonText("null")).toEqual({ ok: true, value: null });
  expect(readJsonText("  \n")).toEqual({ ok: true, value: undefined });
});

test("what is not JSON is refused with an example", () => {
  for (const text of ["hello", "{'a': 1}", "[1,", "{a: 1}"]) {
    const typed = readJsonText(text);
    expect(typed.ok).toBe(false);
    expect(typed.ok ? "" : typed.reason).toMatch(
      /^This is not JSON.*Write a value such as/,
    );
  }
});
