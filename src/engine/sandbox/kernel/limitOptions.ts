import { units } from "../../../core/duration.ts";
import { FlowError } from "../../../core/errors.ts";
import type { Limit } from "../../../core/limits.ts";
import { showValue } from "../../../core/words.ts";

/** The limits that `concurrency` of a task or a flow sets. A plain number, for the task's own runs, belongs to tasks only. */
export function readConcurrency(
  given: unknown,
  of: "task" | "flow",
): number | Limit[] {
  if (typeof given === "number") {
    if (of === "task") return checkNumber(given, "concurrency");
    throw new FlowError(
      "invalid-option",
      `concurrency of a flow limits tasks by their tags: { api: ${showValue(given)} }. For one task, give the task concurrency: ${showValue(given)}.`,
    );
  }
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new FlowError(
      "invalid-option",
      `concurrency must be ${of === "task" ? "a number, or " : ""}an object by tag such as { api: 2 } or { api: "5/s" }, not ${showValue(given)}.`,
    );
  return Object.entries(given as Record<string, unknown>).flatMap(
    ([tag, limit]) => (limit === undefined ? [] : [readLimit(tag, limit)]),
  );
}

function readLimit(tag: string, given: unknown): Limit {
  const of = `tag ${tag}`;
  const what = `concurrency of the tag ${JSON.stringify(tag)}`;
  if (typeof given !== "string")
    return { of, atOnce: checkNumber(given, what) };
  const match = /^(\d+)\/([smh])$/.exec(given);
  if (!match)
    throw new FlowError(
      "invalid-option",
      `${what} is ${showValue(given)}, which is no rate. Write how many may start per second, minute or hour: "5/s", "100/m" or "1000/h".`,
    );
  return {
    of,
    starts: checkNumber(Number(match[1]), what),
    per: units[match[2] as keyof typeof units],
  };
}

function checkNumber(given: unknown, what: string): number {
  if (Number.isSafeInteger(given) && (given as number) > 0)
    return given as number;
  throw new FlowError(
    "invalid-option",
    `${what} must be a whole number from 1, not ${showValue(given)}: with fewer, no task would ever start.`,
  );
}
