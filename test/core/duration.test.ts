import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "../../src/core/duration.ts";
import { FlowError } from "../../src/core/errors.ts";

test.each([
  [0, 0],
  [1500, 1500],
  [0.5, 0.5],
  ["250ms", 250],
  ["10s", 10_000],
  ["1.5s", 1500],
  ["5m", 300_000],
  ["1h", 3_600_000],
  ["2d", 172_800_000],
  ["0s", 0],
])("%j is a duration", (given, milliseconds) => {
  expect(parseDuration(given)).toBe(milliseconds);
});

test.each([
  -1,
  NaN,
  Infinity,
  "",
  "10",
  "s",
  "-1s",
  "+1s",
  "10 s",
  " 10s",
  "1e3s",
  "10S",
  "10sec",
  "1w",
  "1h30m",
  "99999999999999d",
  null,
  undefined,
  true,
  ["1s"],
  10n,
])("%s is none, and the error shows the forms and the value", (given) => {
  let thrown;
  try {
    parseDuration(given);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(FlowError);
  const { code, message } = thrown as FlowError;
  expect(code).toBe("invalid-option");
  for (const form of ['"250ms"', '"10s"', '"5m"', '"1h"', '"2d"'])
    expect(message).toContain(form);
  if (typeof given === "string")
    expect(message).toContain(JSON.stringify(given));
});

test.each([
  [0, "0 ms"],
  [250, "250 ms"],
  [1000, "1 s"],
  [1500, "1.5 s"],
  [10_000, "10 s"],
  [60_000, "1 min"],
  [90_000, "1 min 30 s"],
  [3_600_000, "1 h"],
  [5_400_000, "1 h 30 min"],
  [86_400_000, "1 day"],
  [180_000_000, "2 days 2 h"],
])("%d ms reads as %s", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});
