import { afterEach, expect, test, vi } from "vitest";
import { withinLimit } from "../../../src/ui/tables/viewLimit.ts";

afterEach(() => {
  vi.useRealTimers();
});

test("rows of a view that do not come are stopped, and others not", async () => {
  vi.useFakeTimers();
  const stop = vi.fn();
  expect(await withinLimit(Promise.resolve(1), stop)).toBe(1);
  await expect(
    withinLimit(Promise.reject(new Error("no")), stop),
  ).rejects.toThrow("no");
  vi.advanceTimersByTime(60_000);
  expect(stop).not.toHaveBeenCalled();
  void withinLimit(new Promise(() => {}), stop);
  vi.advanceTimersByTime(29_999);
  expect(stop).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(stop).toHaveBeenCalledTimes(1);
});
