import type { Time } from "../core/events.ts";

/** Time, from outside, so that a test can turn the clock. */
export interface Clock {
  now(): Time;
  /** Calls back at `at` or as soon as possible after it; gives a function that takes the call back. */
  setTimer(at: Time, call: () => void): () => void;
}

/** A longer delay fires at once, so a far timer goes in steps. */
const longestDelay = 2 ** 31 - 1;

/** The clock of the machine. It may be set back at any time, so a timer waits as long as it had to when it was set. */
export const clock: Clock = {
  now: () => Date.now(),
  setTimer(at, call) {
    const wait = at - Date.now();
    let cancel: () => void;
    const timer = setTimeout(
      () => {
        if (wait > longestDelay) cancel = clock.setTimer(at, call);
        else call();
      },
      Math.min(wait, longestDelay),
    );
    cancel = () => clearTimeout(timer);
    return () => cancel();
  },
};
