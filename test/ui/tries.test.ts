import { afterEach, expect, test, vi } from "vitest";
import { tellingOf, tryLater } from "../../src/ui/tries.ts";

afterEach(() => {
  vi.useRealTimers();
});

const first = { error: "a", at: 5_000, isAsked: false, hadFocus: true };

test.each([
  ["the first failure is spoken", undefined, true, false],
  [
    "one that stays is not spoken again, and leaves the focus",
    first,
    false,
    true,
  ],
  ["another error is spoken", { ...first, error: "b" }, true, true],
  [
    "one that somebody asked for is spoken",
    { ...first, isAsked: true, hadFocus: false },
    true,
    false,
  ],
  [
    "one after the part was shown is a first one",
    { ...first, at: 0 },
    true,
    false,
  ],
])("%s", (_, last, isSpoken, takesFocus) => {
  expect(tellingOf(last, "a", 5_100)).toEqual({ isSpoken, takesFocus });
});

test("a part is tried again by itself only when nothing has changed for a while", () => {
  vi.useFakeTimers();
  const tried = vi.fn();
  let end = tryLater(tried);
  for (let change = 0; change < 10; change += 1) {
    vi.advanceTimersByTime(1_900);
    end();
    end = tryLater(tried);
  }
  expect(tried).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2_000);
  expect(tried).toHaveBeenCalledTimes(1);
});
