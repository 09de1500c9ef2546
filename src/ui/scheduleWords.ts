import type { Schedule } from "../core/schedule.ts";
import { describeSchedule } from "./describeSchedule.ts";
import { showValue } from "../core/words.ts";
import { formatDuration } from "../views/duration.ts";
import { formatClock, formatMoment } from "./format.ts";
import * as words from "./words/schedule.ts";
import { listNames } from "./words/language.ts";

/** When something comes next, counting: `next in 42 s`, `next in 12 min, at 14:15:00`, `next on 3 Mar, 06:00`, `next on 29 Feb 2028, 06:00`. */
export function nextRunWords(at: number, now: number): string {
  const left = at - now;
  if (left <= 0) return words.nextNow;
  const seconds = Math.ceil(left / 1000);
  if (seconds < 60) return words.nextInSeconds(seconds);
  if (left < 12 * 3_600_000)
    return words.nextIn({
      duration: formatDuration(seconds * 1000),
      time: formatClock(at),
    });
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return words.nextOn(formatMoment(at, isThisYear ? {} : { year: "numeric" }));
}

/** When a flow runs by itself, and with what: `every 15 minutes with airport "JFK"`. */
export function scheduleWords(schedule: Schedule): string {
  const given = Object.entries(schedule.parameters ?? {}).map(
    ([name, value]) => `${name} ${showValue(value)}`,
  );
  const text = describeSchedule(schedule);
  return given.length > 0
    ? words.scheduleGiven({ schedule: text, values: listNames(given) })
    : text;
}
