import { units } from "../../../core/duration.ts";
import { FlowError } from "../../../core/errors.ts";
import { showValue } from "../../../core/words.ts";

/** How many may start in how many milliseconds. */
export interface Rate {
  starts: number;
  per: number;
}

/** A rate such as `"5/s"` of `those`. `what` is what messages call it. */
export function parseRate(given: string, what: string, those: string): Rate {
  const match = /^(\d+)\/([smh])$/.exec(given);
  if (match)
    return {
      starts: checkCount(Number(match[1]), what, those),
      per: units[match[2] as keyof typeof units],
    };
  throw new FlowError(
    "invalid-option",
    `${what} is ${showValue(given)}, which is no rate. Write how many may start per second, minute or hour: "5/s", "100/m" or "1000/h".`,
  );
}

/** Checks how many of `those` may go on or start. */
export function checkCount(
  given: unknown,
  what: string,
  those: string,
): number {
  if (Number.isSafeInteger(given) && (given as number) > 0)
    return given as number;
  throw new FlowError(
    "invalid-option",
    `${what} must be a whole number from 1, not ${showValue(given)}: with fewer, no ${those} would ever start.`,
  );
}
