import { FlowError } from "../../../core/errors.ts";
import type { Limit } from "../../../core/limits.ts";
import { showValue } from "../../../core/words.ts";
import { checkCount, parseRate } from "./rate.ts";

/** The limits that `concurrency` of a task or a flow sets. A plain number, for the task's own runs, belongs to tasks only. */
export function readConcurrency(
  given: unknown,
  of: "task" | "flow",
): number | Limit[] {
  if (typeof given === "number") {
    if (of === "task") return checkCount(given, "concurrency", "task");
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
    return { of, atOnce: checkCount(given, what, "task") };
  return { of, ...parseRate(given, what, "task") };
}
