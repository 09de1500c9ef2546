import type { Time } from "../core/events.ts";

/** Time, from outside, so that a test can turn the clock. */
export interface Clock {
  now(): Time;
  /** Calls back at `at` or as soon as possible after it; gives a function that takes the call back. */
  setTimer(at: Time, call: () => void): () => void;
}

/** The clock of the machine. */
export const clock: Clock = {
  now: () => Date.now(),
  setTimer(at, call) {
    // A longer delay than 2^31-1 ms fires at once, so a far timer goes in steps.
    const wait = Math.min(Math.max(0, at - Date.now()), 2 ** 31 - 1);
    let cancel: () => void;
    const timer = setTimeout(() => {
      if (Date.now() >= at - 1) call();
      else cancel = clock.setTimer(at, call);
    }, wait);
    cancel = () => clearTimeout(timer);
    return () => cancel();
  },
};
