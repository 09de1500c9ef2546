import { farthest, units } from "./duration.ts";
import { FlowError } from "./errors.ts";
import { showValue } from "./words.ts";

const { s: second, m: minute, h: hour } = units;

/** How far the clocks of a zone are ahead of UTC at a time, in ms. */
export type Clock = (time: number) => number;

// To make one takes longer than all else here.
const clocks = new Map<string, Clock>();

export function makeClock(timeZone: unknown): Clock {
  const known = clocks.get(timeZone as string);
  if (known) return known;
  let format: Intl.DateTimeFormat;
  try {
    if (timeZone !== undefined && typeof timeZone !== "string")
      throw new TypeError("not a name");
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      timeZoneName: "longOffset",
    });
  } catch (cause) {
    throw new FlowError(
      "invalid-option",
      `The timeZone of a cron line is the name of a time zone, such as "Europe/Berlin", "America/New_York" or "UTC", not ${showValue(timeZone)}.`,
      { cause },
    );
  }
  const clock: Clock = (time) => {
    // "5/31/2026, GMT+02:00"; zones of old have seconds too, and UTC may be a bare "GMT"
    const [, sign, hours, minutes, seconds = "0"] =
      /GMT([+-])(\d+):(\d+)(?::(\d+))?$/.exec(
        format.format(Math.max(-farthest, Math.min(farthest, time))),
      ) ?? [];
    if (sign === undefined) return 0;
    const ahead =
      Number(hours) * hour +
      Number(minutes) * minute +
      Number(seconds) * second;
    return sign === "-" ? -ahead : ahead;
  };
  // The system's zone is asked each time: its reader may travel. A notebook may name zones in many spellings.
  if (timeZone !== undefined && clocks.size < 1000)
    clocks.set(timeZone as string, clock);
  return clock;
}

/** Where the clocks are put forward or back: `at` is the first moment of the new offset. */
export interface Change {
  at: number;
  before: number;
  after: number;
}

/** The change after `from` and not after `to`, at most a day later: no zone has two in a day. */
export function findChange(
  clock: Clock,
  from: number,
  to: number,
): Change | undefined {
  const before = clock(from);
  const after = clock(to);
  if (before === after) return undefined;
  let last = from;
  let at = to;
  while (at - last > 1) {
    const middle = Math.floor((last + at) / 2);
    if (clock(middle) === before) last = middle;
    else at = middle;
  }
  return { at, before, after };
}
