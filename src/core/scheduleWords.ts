import { units } from "./duration.ts";
import { parseLine, type CronLine } from "./cronLine.ts";
import type { Schedule } from "./schedule.ts";
import { formatTime, listNames } from "./words.ts";

const { s: second, m: minute, h: hour, d: day } = units;

/** In words for people: `every 15 minutes`, `at 06:00 on weekdays (Europe/Berlin)`; what has no short words is `cron 7 3 1-9 * *`. */
export function describeSchedule(schedule: Schedule): string {
  if (schedule.type === "cron") {
    const words = describeLine(parseLine(schedule.line));
    return `${words ?? `cron ${schedule.line}`}${schedule.timeZone ? ` (${schedule.timeZone})` : ""}`;
  }
  const { interval, start, end } = schedule;
  const words = [describeInterval(interval)];
  if (start !== undefined) words.push(`from ${formatTime(start)}`);
  if (end !== undefined) words.push(`until ${formatTime(end)}`);
  return words.join(" ");
}

function describeInterval(milliseconds: number): string {
  for (const [size, unit] of [
    [day, "day"],
    [hour, "hour"],
    [minute, "minute"],
  ] as const)
    if (milliseconds % size === 0) return everyUnit(milliseconds / size, unit);
  return everyUnit(milliseconds / second, "second");
}

function everyUnit(count: number, unit: string): string {
  return count === 1 ? `every ${unit}` : `every ${count} ${unit}s`;
}

function describeLine(line: CronLine): string | undefined {
  const times = describeTimes(line);
  const days = describeDays(line);
  if (times === undefined || days === undefined) return undefined;
  // "every 15 minutes" needs no "every day"
  const words = times.startsWith("every")
    ? days.replace(/^every day ?/, "")
    : days;
  return words === "" ? times : `${times} ${words}`;
}

function describeTimes({ minutes, hours }: CronLine): string | undefined {
  if (minutes.length * hours.length <= 3)
    return `at ${listNames(
      hours.flatMap((at) => minutes.map((past) => showClock(at, past))),
    )}`;
  const isAllDay = hours.length === 24;
  const first = minutes[0]!;
  const hourStep = stepOf(hours);
  if (minutes.length === 1) {
    if (isAllDay && first > 0) return `every hour at minute ${first}`;
    if (hourStep === undefined) return undefined;
    const isRound = first === 0 && hours.length * hourStep === 24;
    return `${everyUnit(hourStep, "hour")}${isRound ? "" : showSpan(hours, minutes)}`;
  }
  const minuteStep = stepOf(minutes);
  if (minuteStep === undefined || minutes.length * minuteStep !== 60)
    return undefined;
  // Quarters that begin at five past, or hours apart, are no plain "every 15 minutes".
  if (first !== 0 || (hours.length > 1 && hourStep !== 1)) return undefined;
  return `${everyUnit(minuteStep, "minute")}${isAllDay ? "" : showSpan(hours, minutes)}`;
}

/** How far apart the values are, if all are equally far. */
function stepOf(values: readonly number[]): number | undefined {
  const step = values[1]! - values[0]!;
  return values.every((value, at) => value === values[0]! + at * step)
    ? step
    : undefined;
}

function showSpan(
  hours: readonly number[],
  minutes: readonly number[],
): string {
  return ` from ${showClock(hours[0]!, minutes[0]!)} to ${showClock(hours.at(-1)!, minutes.at(-1)!)}`;
}

function showClock(hours: number, minutes: number): string {
  return [hours, minutes]
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

const weekdayNames =
  "Sundays Mondays Tuesdays Wednesdays Thursdays Fridays Saturdays".split(" ");

const monthNames =
  "January February March April May June July August September October November December".split(
    " ",
  );

function describeDays(line: CronLine): string | undefined {
  const { days, weekdays, isEitherDay } = line;
  const months =
    line.months.length === 12
      ? undefined
      : listNames(
          line.months.map((month) => monthNames[month - 1]!),
          Infinity,
        );
  const inMonths = months ? ` in ${months}` : "";
  const isAllMonth = days.length === 31;
  const isAllWeek = weekdays.length === 7;
  if (isEitherDay ? isAllMonth || isAllWeek : isAllMonth && isAllWeek)
    return `every day${inMonths}`;
  if (isEitherDay) return undefined;
  if (isAllMonth) {
    if (weekdays.join() === "1,2,3,4,5") return `on weekdays${inMonths}`;
    // A week as people count it ends on Sunday.
    const names = [...weekdays.filter((at) => at > 0), 0]
      .filter((at) => weekdays.includes(at))
      .map((at) => weekdayNames[at]!);
    return `on ${listNames(names, Infinity)}${inMonths}`;
  }
  return isAllWeek && days.length <= 5
    ? `on the ${listNames(days.map(showOrdinal))} of ${months ?? "every month"}`
    : undefined;
}

function showOrdinal(number: number): string {
  const isTeen = number > 10 && number < 20;
  const end = isTeen ? "th" : (["th", "st", "nd", "rd"][number % 10] ?? "th");
  return `${number}${end}`;
}
