import {
  nextMatch,
  notFiveFields,
  parseLine,
  splitLine,
  type CronLine,
} from "./cronLine.ts";
import { farthest, parseDuration, units } from "./duration.ts";
import { FlowError } from "./errors.ts";
import { formatTime, listNames, showValue } from "./words.ts";
import { findChange, makeClock, type Clock } from "./zoneClock.ts";

/** When a flow runs by itself, as plain data. Times in ms since 1970 UTC. */
export type Schedule =
  | {
      type: "every";
      /** Milliseconds: a whole number, at least 1000. */
      interval: number;
      /** The first time; later ones are whole intervals after it. Without one, whole intervals after 1970 count. */
      start?: number;
      /** No time is later than this; a time equal to it counts. */
      end?: number;
      /** What the runs are given; other parameters have their defaults. */
      parameters?: Readonly<Record<string, unknown>>;
    }
  | {
      type: "cron";
      /** Five fields, one space apart. */
      line: string;
      /** The zone whose clocks the line means, such as `Europe/Berlin`. Without one, the reader's. */
      timeZone?: string;
      /** What the runs are given; other parameters have their defaults. */
      parameters?: Readonly<Record<string, unknown>>;
    };

const { s: second, d: day } = units;

/** The schedule that `every(interval, { start, end, parameters })` describes; a FlowError if it describes none. */
export function makeEvery(interval: unknown, options?: unknown): Schedule {
  const given = readOptions("every", ["start", "end", "parameters"], options);
  // Of 1.1 minutes, arithmetic makes a little more than 66000 ms.
  const milliseconds = Math.round(parseDuration(interval));
  if (milliseconds < second)
    throw invalid(
      `every(${showValue(interval)}): an interval must be at least 1s.`,
    );
  const schedule: Schedule = { type: "every", interval: milliseconds };
  const start = readDate("start", given["start"]);
  const end = readDate("end", given["end"]);
  if (start !== undefined && end !== undefined && end < start)
    throw invalid(
      `every(${showValue(interval)}) ends before it starts: its end is ${formatTime(end)}, its start ${formatTime(start)}.`,
    );
  if (start !== undefined) schedule.start = start;
  if (end !== undefined) schedule.end = end;
  return withParameters(schedule, given["parameters"]);
}

/** The schedule that `cron(line, { timeZone, parameters })` describes; a FlowError if it describes none. */
export function makeCron(line: unknown, options?: unknown): Schedule {
  const given = readOptions("cron", ["timeZone", "parameters"], options);
  if (typeof line !== "string") throw notFiveFields(line);
  parseLine(line);
  const schedule: Schedule = { type: "cron", line: splitLine(line).join(" ") };
  const { timeZone } = given;
  if (timeZone !== undefined) {
    makeClock(timeZone);
    schedule.timeZone = timeZone as string;
  }
  return withParameters(schedule, given["parameters"]);
}

/** The schedule that a value from a sandbox is, with nothing else in it; undefined if it is none. Never throws. */
export function checkSchedule(value: unknown): Schedule | undefined {
  try {
    const { type, ...rest } = value as Record<string, unknown>;
    if (type === "cron") {
      const { line, ...options } = rest;
      return makeCron(line, options);
    }
    if (type !== "every") return undefined;
    const { interval, ...options } = rest;
    for (const name of ["start", "end"]) {
      const time = options[name];
      if (time === undefined) continue;
      if (!Number.isInteger(time)) return undefined;
      options[name] = new Date(time as number);
    }
    return Number.isInteger(interval)
      ? makeEvery(interval, options)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The first time after `after` at which the schedule is due; undefined if it never is again. Without a `defaultTimeZone`,
 * lines without a zone follow the clock of the system.
 *
 * A cron line means what the clocks of its zone show. Where they are put forward or back:
 *
 * - A time that is left out runs at the first moment after the gap, once for all that the gap leaves out. Not so if the line
 *   runs in each hour of the day: then the next hour has a run of its own, and nothing is lost.
 * - A time that comes twice runs the first time only. Not so if the minute or the hour says "every" (there is a `*` or a `/`
 *   in it, or it lists all there are): then what counts is the rhythm, and the line is due both times.
 *
 * For Berlin, where 2:00 to 3:00 is left out in March and comes twice in October:
 *
 *     30 2 * * *       March: at 3:00           October: at the first 2:30
 *     30 * * * *       March: at 1:30 and 3:30  October: at both 2:30
 *     30 1-3 * * *     March: 1:30, 3:00, 3:30  October: at the first 2:30
 *     0-59/15 2 * * *  March: at 3:00           October: eight times
 */
export function nextTime(
  schedule: Schedule,
  after: number,
  defaultTimeZone?: string,
): number | undefined {
  if (!Number.isFinite(after)) return undefined;
  const from = Math.floor(after) + 1;
  const due =
    schedule.type === "every"
      ? nextOfEvery(schedule, from)
      : nextOfCron(
          parseLine(schedule.line),
          makeClock(schedule.timeZone ?? defaultTimeZone),
          from,
        );
  return due !== undefined && due <= farthest ? due : undefined;
}

function invalid(message: string): FlowError {
  return new FlowError("invalid-option", message);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return Object.prototype.toString.call(value) === "[object Object]";
}

function readOptions(
  of: "every" | "cron",
  names: readonly string[],
  options: unknown = {},
): Record<string, unknown> {
  if (!isRecord(options))
    throw invalid(
      `The options of ${of}(...) are an object such as { ${of === "cron" ? 'timeZone: "Europe/Berlin"' : 'start: new Date("2026-05-31")'} }, not ${showValue(options)}.`,
    );
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw invalid(
      `${of}(...) has no option ${unknown}. It has ${listNames(names)}.`,
    );
  return options;
}

function readDate(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (value instanceof Date && !Number.isNaN(value.getTime()))
    return value.getTime();
  throw invalid(
    `The ${name} of every(...) is a Date, such as new Date("2026-05-31T06:00:00Z"), not ${showValue(value)}.`,
  );
}

function withParameters(schedule: Schedule, parameters: unknown): Schedule {
  if (parameters === undefined) return schedule;
  if (!isRecord(parameters))
    throw invalid(
      `The parameters of ${schedule.type}(...) are an object with a value for each name, such as { airport: "IAD" }, not ${showValue(parameters)}.`,
    );
  return { ...schedule, parameters: { ...parameters } };
}

function nextOfEvery(
  { interval, start, end }: Extract<Schedule, { type: "every" }>,
  from: number,
): number | undefined {
  // A remainder is exact where a quotient of large numbers is not.
  const rest = (from - (start ?? 0)) % interval;
  let due = rest === 0 ? from : from - rest + (rest > 0 ? interval : 0);
  if (start !== undefined && due < start) due = start;
  return end === undefined || due <= end ? due : undefined;
}

/**
 * Between two changes, clock time is time plus an offset: there, the first clock time that matches is the first time that is
 * due. So this goes from change to change, and over what lies between in one step, however long it is.
 */
function nextOfCron(
  line: CronLine,
  clock: Clock,
  earliest: number,
): number | undefined {
  for (let from = earliest; ;) {
    const offset = clock(from);
    const past = findChange(clock, from - day, from);
    let wall = from + offset;
    if (past) {
      const wallBefore = past.at + past.before;
      const isGapEnd = past.at === from && past.before < offset;
      const isRepeat = wall < wallBefore;
      if (isGapEnd ? !line.isHourly : isRepeat && !line.isRhythm)
        wall = wallBefore;
    }
    const match = nextMatch(line, wall);
    if (match === undefined) return undefined;
    // What matches within the gap is due at its end.
    const due = Math.max(match - offset, from);
    const next = findChange(clock, from, from + day);
    const end = next ? next.at : from + day;
    if (due < end) return due;
    // No sum of changes is as long as two days.
    from = next ? end : Math.max(end, due - 2 * day);
  }
}
