import { FlowError } from "../../../core/errors.ts";
import { makeCron, makeEvery, type Schedule } from "../../../core/schedule.ts";
import { showValue } from "../../../core/words.ts";

const schedules = new WeakMap<object, Schedule>();

/** `every` and `cron`: their results say nothing to a cell, and are given to a flow as its `schedule`. */
export function makeSchedules(): Record<string, unknown> {
  const wrap = (schedule: Schedule) => {
    const value = Object.freeze({});
    schedules.set(value, schedule);
    return value;
  };
  return {
    every: (interval: unknown, options?: unknown) =>
      wrap(makeEvery(interval, options)),
    cron: (line: unknown, options?: unknown) => wrap(makeCron(line, options)),
  };
}

/** The schedules that the option of a flow gives: one, or a list. */
export function readSchedules(given: unknown, flow: string): Schedule[] {
  if (given === undefined) return [];
  return [given].flat().map((value: unknown) => {
    const schedule =
      typeof value === "object" && value !== null
        ? schedules.get(value)
        : undefined;
    if (schedule) return schedule;
    throw new FlowError(
      "invalid-option",
      `The schedule of the flow ${JSON.stringify(flow)} must be made by every("15m") or cron("0 6 * * *"), or be a list of such, not ${showValue(value)}.`,
    );
  });
}
