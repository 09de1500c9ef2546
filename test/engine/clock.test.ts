import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { clock } from "../../src/engine/clock.ts";

const day = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers({ now: 100 * day });
});
afterEach(() => {
  vi.useRealTimers();
});

test("a timer rings after its time also where the clock is set back meanwhile", () => {
  const call = vi.fn();
  clock.setTimer(clock.now() + 5000, call);
  vi.advanceTimersByTime(1000);
  vi.setSystemTime(99 * day);
  vi.advanceTimersByTime(3999);
  expect(call).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(call).toHaveBeenCalledOnce();
});

test("a timer that is far off rings at its time, and one that was taken back does not", () => {
  const [call, takenBack] = [vi.fn(), vi.fn()];
  clock.setTimer(clock.now() + 60 * day, call);
  const cancel = clock.setTimer(clock.now() + 60 * day, takenBack);
  vi.advanceTimersByTime(59 * day);
  expect(call).not.toHaveBeenCalled();
  cancel();
  vi.advanceTimersByTime(day);
  expect(call).toHaveBeenCalledOnce();
  expect(takenBack).not.toHaveBeenCalled();
});
