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

test("whole numbers that would be rounded are refused, and told how to be written", () => {
  for (const text of ["9007199254740993", '{"id": [-12345678901234567890]}'])
    expect(readJsonText(text)).toMatchObject({
      ok: false,
      reason: expect.stringMatching(
        /^-?\d+ has more digits .* Write it as text/,
      ) as string,
    });
  for (const text of [
    "9007199254740992",
    "100000000000000000000",
    '"9007199254740993 \\" 9007199254740993"',
    "0.12345678901234567890",
    "1.5e-12345678901234567890",
    "1e308",
  ])
    expect(readJsonText(text).ok, text).toBe(true);
});

test("a value that is nested too deep to be kept is refused", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  expect(readJsonText(nested(500)).ok).toBe(true);
  expect(readJsonText(nested(3_000))).toMatchObject({
    ok: false,
    reason: expect.stringMatching(/nested too deep/) as string,
  });
  expect(readJsonText(JSON.stringify(nested(3_000))).ok).toBe(true);
});
