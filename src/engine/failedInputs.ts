/** The errors of failed tasks among what an attempt is given: a copy between threads keeps only the names of JavaScript's own classes, and not everywhere what was behind them. */
import { causesOf } from "../core/errorCauses.ts";
import { toErrorData, type FlowError } from "../core/errors.ts";
import type { Template } from "../core/graph.ts";
import type { FailedInput } from "./protocol.ts";

/** Whether a copy of an error may have another name, or lose what was behind it. */
export function isRenamed(error: Error): boolean {
  return error.name !== "Error" || error.cause !== undefined;
}

/**
 * The errors among the values of templates of which a copy may have another name; undefined if there are none. `made` are those
 * that stand for failed tasks, `holders` the lists of a map's values that have some. What tasks returned is not gone into: it may
 * be large, and holds errors of its own.
 */
export function findFailed(
  templates: readonly Template[],
  values: readonly unknown[],
  made: WeakSet<object>,
  holders: WeakSet<object>,
): readonly FailedInput[] | undefined {
  const failed: FailedInput[] = [];

  function look(value: unknown): void {
    if (value instanceof Error) {
      const { name, code } = value as FlowError;
      if (made.has(value) && isRenamed(value))
        failed.push({
          error: value,
          name,
          code,
          ...causesOf(value, toErrorData),
        });
    } else if (Array.isArray(value) && holders.has(value)) value.forEach(look);
  }

  function visit(template: Template, value: unknown): void {
    if (template.type === "list")
      template.items.forEach((item, at) =>
        visit(item, (value as readonly unknown[])[at]),
      );
    else if (template.type === "object")
      for (const [key, part] of template.entries)
        visit(part, (value as Readonly<Record<string, unknown>>)[key]);
    else if (template.type === "flatten" && Array.isArray(value))
      value.forEach(look);
    else look(value);
  }

  // There are no values where they could not be resolved.
  if (values.length > 0)
    templates.forEach((template, at) => visit(template, values[at]));
  return failed.length > 0 ? failed : undefined;
}
