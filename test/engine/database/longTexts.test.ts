import { expect, test } from "vitest";
import { fitValue } from "../../../src/engine/database/columnTypes.ts";
import { findPlace } from "../../../src/engine/database/sqlError.ts";
import { connect } from "./world.ts";

/** To go through that many characters once for each of them takes longer than a test may. */
const many = 300_000;

test("a text is fitted into a column of numbers as quickly however many digits it has", () => {
  const digits = "9".repeat(many);
  for (const isAsked of [false, true]) {
    for (const type of ["INTEGER", "REAL"] as const)
      expect(fitValue(`${digits}x`, type, isAsked)).toBeUndefined();
    expect(fitValue(digits.repeat(10), "INTEGER", isAsked)).toBeUndefined();
  }
  for (const type of ["REAL", "NUMERIC"] as const)
    expect(fitValue(digits, type)).toBeUndefined();
  expect(fitValue(`${"0".repeat(many)}7`, "INTEGER", true)).toBe(7);
});

test("numbers in texts are what they were where a load asks for them", () => {
  for (const [text, value] of [
    ["1", 1],
    ["1.", 1],
    [".5", 0.5],
    [" +1.5e-2 ", 0.015],
    [".", undefined],
    ["1.2.3", undefined],
    ["e5", undefined],
    ["", undefined],
  ] as const)
    expect(fitValue(text, "REAL", true), text).toBe(value);
  expect(fitValue(" 9223372036854775807 ", "INTEGER", true)).toBe(
    2n ** 63n - 1n,
  );
  expect(fitValue("9223372036854775808", "INTEGER", true)).toBeUndefined();
});

test("the place of a name that is longer than any is not looked for", async () => {
  const { writer } = await connect();
  const place = (message: string) =>
    findPlace(message, `SELECT ${name} FROM a`, writer);
  let name = "x".repeat(4_000);
  expect(place(`no such column: ${name}`)).toBe(7);
  name = "x".repeat(5_000);
  expect(place(`no such column: ${name}`)).toBeUndefined();
  for (const message of [
    `no such table: a${" - ".repeat(many)}\n`,
    `table a${" has no column named b".repeat(many / 10)}\n`,
    `no such function: ${"(".repeat(many)}\n`,
  ])
    expect(place(message)).toBeUndefined();
});
