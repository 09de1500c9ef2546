/** The times of a schedule: `every 15 minutes`, `at 06:00 on weekdays`. */
import { listNames, plural } from "./language.ts";

const each = (count: number, unit: string) =>
  count === 1
    ? `every ${unit}`
    : `every ${count} ${plural(count, { one: unit, other: `${unit}s` })}`;

export const everySeconds = (count: number) => each(count, "second");
export const everyMinutes = (count: number) => each(count, "minute");
export const everyHours = (count: number) => each(count, "hour");
export const everyDays = (count: number) => each(count, "day");
export const hourlyAt = (minute: number) => `every hour at minute ${minute}`;
export const atTimes = (times: readonly string[]) => `at ${listNames(times)}`;
export const fromTime = (time: string) => `from ${time}`;
export const untilTime = (time: string) => `until ${time}`;
/** Times of day between which something is repeated. */
export const between = ({ first, last }: { first: string; last: string }) =>
  `from ${first} to ${last}`;

export const everyDay = "every day";
export const onWorkdays = "on weekdays";
export const onWeekdays = (names: readonly string[]) =>
  `on ${listNames(names, Infinity)}`;
export const inMonths = (names: readonly string[]) =>
  `in ${listNames(names, Infinity)}`;
/** Days of every month if no months are named. */
export const onDays = ({
  days,
  months,
}: {
  days: readonly number[];
  months: readonly string[] | undefined;
}) =>
  `on the ${listNames(days.map(ordinal))} of ${months ? listNames(months, Infinity) : "every month"}`;

function ordinal(number: number): string {
  const isTeen = number > 10 && number < 20;
  const end = isTeen ? "th" : (["th", "st", "nd", "rd"][number % 10] ?? "th");
  return `${number}${end}`;
}

/** From Sunday on. */
export const weekdayNames = [
  "Sundays",
  "Mondays",
  "Tuesdays",
  "Wednesdays",
  "Thursdays",
  "Fridays",
  "Saturdays",
];
export const monthNames = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** A line for which there are no short words. */
export const cronLine = (line: string) => `cron ${line}`;
export const inZone = ({ times, zone }: { times: string; zone: string }) =>
  `${times} (${zone})`;
