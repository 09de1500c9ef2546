import { parseLine, type CronLine } from "../core/cronLine.ts";
import { units } from "../core/duration.ts";
import type { Schedule } from "../core/schedule.ts";
import { formatTime } from "../core/words.ts";
import * as words from "./words/scheduleTimes.ts";

const { s: second, m: minute, h: hour, d: day } = units;

/** In words for people: `every 15 minutes`, `at 06:00 on weekdays (Europe/Berlin)`; what has no short words is `cron 7 3 1-9 * *`. */
export function describeSchedule(schedule: Schedule): string {
  if (schedule.type === "cron") {
    const { line, timeZone } = schedule;
    const times = describeLine(parseLine(line)) ?? words.cronLine(line);
    return timeZone ? words.inZone({ times, zone: timeZone }) : times;
  }
  const { interval, start, end } = schedule;
  const said = [describeInterval(interval)];
  if (start !== undefined) said.push(words.fromTime(formatTime(start)));
  if (end !== undefined) said.push(words.untilTime(formatTime(end)));
  return said.join(" ");
}

function describeInterval(milliseconds: number): string {
  for (const [size, every] of [
    [day, words.everyDays],
    [hour, words.everyHours],
    [minute, words.everyMinutes],
  ] as const)
    if (milliseconds % size === 0) return every(milliseconds / size);
  return words.everySeconds(milliseconds / second);
}

function describeLine(line: CronLine): string | undefined {
  const times = describeTimes(line);
  const days = describeDays(line);
  if (times === undefined || days === undefined) return undefined;
  // "every 15 minutes" needs no "every day"
  const said = times.isRepeated && days[0] === words.everyDay;
  return [times.text, ...(said ? days.slice(1) : days)].join(" ");
}

/** Times of a day, and whether they are so many that they say of themselves that it is every day. */
function describeTimes({
  minutes,
  hours,
}: CronLine): { text: string; isRepeated: boolean } | undefined {
  const repeated = (...said: string[]) => ({
    text: said.join(" "),
    isRepeated: true,
  });
  if (minutes.length * hours.length <= 3) {
    const times = hours.flatMap((at) =>
      minutes.map((past) => showClock(at, past)),
    );
    return { text: words.atTimes(times), isRepeated: false };
  }
  const isAllDay = hours.length === 24;
  const first = minutes[0]!;
  const hourStep = stepOf(hours);
  if (minutes.length === 1) {
    if (isAllDay && first > 0) return repeated(words.hourlyAt(first));
    if (hourStep === undefined) return undefined;
    const isRound = first === 0 && hours.length * hourStep === 24;
    const every = words.everyHours(hourStep);
    return isRound ? repeated(every) : repeated(every, span(hours, minutes));
  }
  const minuteStep = stepOf(minutes);
  if (minuteStep === undefined || minutes.length * minuteStep !== 60)
    return undefined;
  // Quarters that begin at five past, or hours apart, are no plain "every 15 minutes".
  if (first !== 0 || (hours.length > 1 && hourStep !== 1)) return undefined;
  const every = words.everyMinutes(minuteStep);
  return isAllDay ? repeated(every) : repeated(every, span(hours, minutes));
}

/** How far apart the values are, if all are equally far. */
function stepOf(values: readonly number[]): number | undefined {
  const step = values[1]! - values[0]!;
  return values.every((value, at) => value === values[0]! + at * step)
    ? step
    : undefined;
}

function span(hours: readonly number[], minutes: readonly number[]): string {
  return words.between({
    first: showClock(hours[0]!, minutes[0]!),
    last: showClock(hours.at(-1)!, minutes.at(-1)!),
  });
}

function showClock(hours: number, minutes: number): string {
  return [hours, minutes]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

/** Days and months, in one part or two. */
function describeDays(line: CronLine): string[] | undefined {
  const { days, weekdays, isEitherDay } = line;
  const months =
    line.months.length === 12
      ? undefined
      : line.months.map((month) => words.monthNames[month - 1]!);
  const inMonths = months ? [words.inMonths(months)] : [];
  const isAllMonth = days.length === 31;
  const isAllWeek = weekdays.length === 7;
  if (isEitherDay ? isAllMonth || isAllWeek : isAllMonth && isAllWeek)
    return [words.everyDay, ...inMonths];
  if (isEitherDay) return undefined;
  if (isAllMonth) {
    if (weekdays.join() === "1,2,3,4,5") return [words.onWorkdays, ...inMonths];
    // A week as people count it ends on Sunday.
    const names = [...weekdays.filter((at) => at > 0), 0]
      .filter((at) => weekdays.includes(at))
      .map((at) => words.weekdayNames[at]!);
    return [words.onWeekdays(names), ...inMonths];
  }
  return isAllWeek && days.length <= 5
    ? [words.onDays({ days, months })]
    : undefined;
}
