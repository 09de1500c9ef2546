import { expect, test } from "vitest";
import { Durations } from "../../src/engine/durations.ts";
import type { AttemptRequest } from "../../src/engine/executor.ts";

const attempt = (isPlain = true) => ({ task: "t", isPlain }) as AttemptRequest;

test("a task is known to be small after two short runs", () => {
  const durations = new Durations(0.5);
  durations.learn("t", 0.1, 1);
  expect(durations.expect(attempt())).toBeUndefined();
  durations.learn("t", 0.1, 1);
  expect(durations.expect(attempt())).toBeCloseTo(0.1);
  expect(durations.expect(attempt(false))).toBeUndefined();
});

test("one run that was quicker counts a little, a batch more than all before it", () => {
  const durations = new Durations(0.5);
  durations.learn("t", 0.4, 1);
  durations.learn("t", 0.2, 1);
  expect(durations.expect(attempt())).toBeCloseTo(0.35);
  durations.learn("t", 0.002, 57);
  expect(durations.expect(attempt())).toBeLessThan(0.02);
});

test("a batch that was slow is the last one for now", () => {
  const durations = new Durations(0.5);
  durations.learn("t", 0.001, 1);
  durations.learn("t", 0.001, 1);
  durations.learn("t", 3, 50);
  expect(durations.expect(attempt())).toBeUndefined();
});
