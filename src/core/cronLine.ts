/** The five fields of a cron line, and the clock times that they name. */
import { units } from "./duration.ts";
import { FlowError } from "./errors.ts";
import { showValue } from "./words.ts";

const { m: minute, h: hour, d: day } = units;

/** What one of the five fields takes. */
interface Field {
  name: string;
  min: number;
  max: number;
  takes: string;
  /** Other words for the numbers from `min` on. */
  names?: readonly string[];
}

const fields: readonly Field[] = [
  { name: "minute", min: 0, max: 59, takes: "0 to 59" },
  { name: "hour", min: 0, max: 23, takes: "0 to 23" },
  { name: "day of the month", min: 1, max: 31, takes: "1 to 31" },
  {
    name: "month",
    min: 1,
    max: 12,
    takes: "1 to 12 or JAN to DEC",
    names: "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" "),
  },
  {
    name: "weekday",
    min: 0,
    max: 7,
    takes: "0 to 7 (0 and 7 are Sunday) or SUN to SAT",
    names: "SUN MON TUE WED THU FRI SAT".split(" "),
  },
];

/** A cron line as numbers, ascending. */
export interface CronLine {
  minutes: readonly number[];
  hours: readonly number[];
  days: readonly number[];
  months: readonly number[];
  /** 0 is Sunday. */
  weekdays: readonly number[];
  /** Due on the days of both fields, not only on those in both: neither of them has a `*`. */
  isEitherDay: boolean;
  /** Due in each hour of its days. */
  isHourly: boolean;
  /** The minute or the hour says "every", so a time that comes twice counts twice. */
  isRhythm: boolean;
}

export function splitLine(line: string): string[] {
  return line.trim().split(/\s+/);
}

export function notFiveFields(line: unknown): FlowError {
  const count = typeof line === "string" ? splitLine(line).length : 0;
  return invalid(
    `A cron line has five fields, minute, hour, day of the month, month and weekday, such as "0 6 * * 1-5"; ${showValue(line)} ${count > 1 ? `has ${count}` : "is none"}.`,
  );
}

export function parseLine(line: string): CronLine {
  const texts = splitLine(line);
  if (texts.length !== fields.length) throw notFiveFields(line);
  const [minutes, hours, days, months, weekdays] = texts.map((text, at) =>
    parseField(fields[at]!, text, line),
  ) as [number[], number[], number[], number[], number[]];
  const isEvery = (at: number, values: number[], count: number) =>
    /[*/]/.test(texts[at]!) || values.length === count;
  return {
    minutes,
    hours,
    days,
    months,
    weekdays,
    isEitherDay: !texts[2]!.includes("*") && !texts[4]!.includes("*"),
    isHourly: hours.length === 24,
    isRhythm: isEvery(0, minutes, 60) || isEvery(1, hours, 24),
  };
}

function parseField(field: Field, text: string, line: string): number[] {
  const { name, min, max, takes, names } = field;
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const refuse = (reason: string) =>
      invalid(
        `The ${name} of the cron line ${showValue(line)} cannot be ${showValue(part)}${reason}`,
      );
    const read = (word: string) => {
      const number = /^\d+$/.test(word)
        ? Number(word)
        : min + (names?.indexOf(word.toUpperCase()) ?? -1);
      if (number >= min && number <= max) return number;
      throw refuse(
        `. It takes ${takes}, as a number, *, a list (1,2), a range (1-5) or a step (*/2, 1-5/2).`,
      );
    };
    const [, start = "", end, stepText] =
      /^([^/-]*)(?:-([^/-]*))?(?:\/(.*))?$/.exec(part) ?? [];
    const step = stepText === undefined ? 1 : Number(stepText);
    if (!/^\d+$/.test(stepText ?? "1") || step < 1 || step > max - min)
      throw refuse(
        `: a step of the ${name} is a whole number from 1 to ${max - min}.`,
      );
    let from = min;
    let to = max;
    if (start !== "*" || end !== undefined) {
      from = read(start);
      to = end === undefined ? from : read(end);
      // A week that ends on Sunday.
      if (max === 7 && to === 0 && from > 0) to = 7;
      if (to < from)
        throw refuse(
          `, which ends before it begins. Write ${from}-${max},${min}-${to}.`,
        );
      if (end === undefined && stepText !== undefined)
        throw refuse(`, a step of one number. Write ${start}-${max}/${step}.`);
    }
    for (let value = from; value <= to; value += step)
      values.add(max === 7 ? value % 7 : value);
  }
  return [...values].sort((one, other) => one - other);
}

function invalid(message: string): FlowError {
  return new FlowError("invalid-option", message);
}

/** The first clock time from `wall` on that the line names. Clock times are counted as if they were UTC. */
export function nextMatch(line: CronLine, wall: number): number | undefined {
  const from = Math.ceil(wall / minute) * minute;
  const today = Math.floor(from / day) * day;
  const first = nextDay(line, today);
  if (first === undefined) return undefined;
  const time = nextTimeOfDay(line, first === today ? from - today : 0);
  if (time !== undefined) return first + time;
  const later = nextDay(line, today + day);
  return later === undefined
    ? undefined
    : later + (nextTimeOfDay(line, 0) ?? 0);
}

function nextTimeOfDay(line: CronLine, from: number): number | undefined {
  for (const hours of line.hours)
    if (hours * hour + hour > from)
      for (const minutes of line.minutes) {
        const time = hours * hour + minutes * minute;
        if (time >= from) return time;
      }
  return undefined;
}

/** Every date that there is has been every weekday within so many days, across a century without a leap day too. */
const allDates = 41 * 366 * day;

function nextDay(line: CronLine, from: number): number | undefined {
  const date = new Date(from);
  while (date.getTime() - from < allDates) {
    if (!line.months.includes(date.getUTCMonth() + 1))
      date.setUTCMonth(date.getUTCMonth() + 1, 1);
    else if (!isDayOf(line, date)) date.setUTCDate(date.getUTCDate() + 1);
    else return date.getTime();
  }
  return undefined;
}

function isDayOf(line: CronLine, date: Date): boolean {
  const isDay = line.days.includes(date.getUTCDate());
  const isWeekday = line.weekdays.includes(date.getUTCDay());
  return line.isEitherDay ? isDay || isWeekday : isDay && isWeekday;
}
