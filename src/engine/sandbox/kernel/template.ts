import type { Template } from "../../../core/graph.ts";
import { showPath } from "../../../core/showPath.ts";
import { copyValue } from "./copy.ts";
import { flowBodyError } from "./flowBodyError.ts";
import { refuseNoParameters } from "./parameterRefs.ts";
import { refOf, type Wire } from "./refs.ts";
import type { Tracer } from "./tracer.ts";
import { isUnmapped } from "./unmapped.ts";

/** A list or an object as `{}` makes it: what refs are looked for in. Everything else is a value as a whole. */
export function isStructure(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return true;
  const proto: unknown = Object.getPrototypeOf(value);
  return proto === null || proto === Object.prototype;
}

/**
 * Whether there is a ref in the value, at any depth. A call looks through all rows that it is given, so of a row that holds values
 * only nothing is remembered, and no list of them is made.
 */
export function hasRef(value: unknown, seen = new Set<object>()): boolean {
  if (refOf(value)) return true;
  if (!isStructure(value) || seen.has(value)) return false;
  if (Array.isArray(value)) {
    seen.add(value);
    for (let index = 0; index < value.length; index += 1) {
      const child: unknown = value[index];
      if (mayHoldRef(child) && hasRef(child, seen)) return true;
    }
    return false;
  }
  for (const key in value) {
    const child = (value as Record<string, unknown>)[key];
    if (!child || !mayHoldRef(child)) continue;
    // Only what holds objects can be met again within itself.
    seen.add(value);
    if (hasRef(child, seen)) return true;
  }
  return false;
}

function mayHoldRef(value: unknown): boolean {
  return typeof value === "object" || typeof value === "function";
}

/** What a flow body hands to a task, as plain data. `name` is what messages call it, `root` what paths into it begin with: "the argument rows of load", "rows". */
export function toTemplate(
  value: unknown,
  tracer: Tracer,
  name: string,
  root: string,
): Template {
  return convert(value, tracer, name, root, []);
}

function convert(
  value: unknown,
  tracer: Tracer,
  name: string,
  path: string,
  around: readonly object[],
): Template {
  const ref = refOf(value);
  if (ref?.type === "wire") {
    checkWire(ref, tracer);
    return ref.template;
  }
  if (isUnmapped(value))
    throw flowBodyError(
      `${name} is unmapped(...), at ${path}, but unmapped only says something about an argument of a map: t.map(xs, unmapped(y)). Pass the value itself.`,
    );
  refuseNoParameters(value, name);
  if (!hasRef(value))
    return { type: "value", value: copyValue(value, name, path) };
  if (ref || !isStructure(value))
    throw flowBodyError(
      `${name} holds a task that was started outside the flow body, at ${path}. Call the task in the body, so that it becomes part of the graph.`,
    );
  if (around.includes(value))
    throw flowBodyError(
      `${name} contains itself, at ${path}, which cannot be drawn together with refs. Pass the refs on their own.`,
    );
  const inside = [...around, value];
  if (Array.isArray(value)) {
    const items = Array.from(value, (item: unknown, index) =>
      convert(item, tracer, name, path + showPath([index]), inside),
    );
    return items.every(isConstant)
      ? { type: "value", value: items.map((item) => item.value) }
      : { type: "list", items };
  }
  const entries = Object.entries(value).map(
    ([key, child]) =>
      [
        key,
        convert(child as unknown, tracer, name, path + showPath([key]), inside),
      ] as const,
  );
  const constants = entries.flatMap(([key, entry]) =>
    isConstant(entry) ? [[key, entry.value] as const] : [],
  );
  // A sub-flow's parameters are refs that may be known already.
  return constants.length === entries.length
    ? { type: "value", value: Object.fromEntries(constants) }
    : { type: "object", entries };
}

export function isConstant(
  template: Template,
): template is Template & { type: "value" } {
  return template.type === "value";
}

/** Refuses a ref that another flow's body made. */
export function checkWire(wire: Wire, tracer: Tracer): void {
  if (wire.tracer === tracer) return;
  throw flowBodyError(
    `${wire.label} belongs to the flow ${JSON.stringify(wire.tracer.flow)} and cannot be used in the flow ${JSON.stringify(tracer.flow)}. Call the task again in this flow's body.`,
  );
}

/** The value with every started call in it replaced by its result, at any depth. */
export async function resolveRefs(value: unknown): Promise<unknown> {
  const ref = refOf(value);
  if (ref?.type === "started") {
    // Through `then` of the ref itself, so that the call counts as awaited.
    return await (value as Promise<unknown>);
  }
  if (ref)
    throw flowBodyError(
      `${ref.label} is a ref of the flow ${JSON.stringify(ref.tracer.flow)} and has no value here. Take it as an argument of the task.`,
    );
  if (!hasRef(value)) return value;
  if (Array.isArray(value))
    return Promise.all(value.map((item) => resolveRefs(item)));
  const entries = Object.entries(value as object).map(
    async ([key, child]) => [key, await resolveRefs(child)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
