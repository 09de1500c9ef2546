import type { NodeId, Template } from "../../../core/graph.ts";
import { copyValue } from "./copy.ts";
import { flowBodyError, refOf, showPath, type Wire } from "./refs.ts";
import type { Tracer } from "./tracer.ts";

/** A list or an object as `{}` makes it: what refs are looked for in. Everything else is a value as a whole. */
function isStructure(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return true;
  const proto: unknown = Object.getPrototypeOf(value);
  return proto === null || proto === Object.prototype;
}

/** Whether there is a ref in the value, at any depth. */
export function hasRef(value: unknown, seen = new Set<object>()): boolean {
  if (refOf(value)) return true;
  if (!isStructure(value) || seen.has(value)) return false;
  seen.add(value);
  for (const child of Object.values(value))
    if (
      (typeof child === "object" || typeof child === "function") &&
      hasRef(child, seen)
    )
      return true;
  return false;
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
    return { type: "ref", node: ref.node, path: ref.path };
  }
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
  if (Array.isArray(value))
    return {
      type: "list",
      items: Array.from(value, (item: unknown, index) =>
        convert(item, tracer, name, path + showPath([index]), inside),
      ),
    };
  return {
    type: "object",
    entries: Object.entries(value).map(
      ([key, child]) =>
        [
          key,
          convert(
            child as unknown,
            tracer,
            name,
            path + showPath([key]),
            inside,
          ),
        ] as const,
    ),
  };
}

/** Refuses a ref that another flow's body made. */
export function checkWire(wire: Wire, tracer: Tracer): void {
  if (wire.tracer === tracer) return;
  throw flowBodyError(
    `${wire.tracer.labelOf(wire.node)} belongs to the flow ${JSON.stringify(wire.tracer.flow)} and cannot be used in the flow ${JSON.stringify(tracer.flow)}. Call the task again in this flow's body.`,
  );
}

/** The nodes that a template needs, each once. */
export function nodesOf(
  template: Template,
  found = new Set<NodeId>(),
): Set<NodeId> {
  if (template.type === "ref") found.add(template.node);
  else if (template.type === "list")
    for (const item of template.items) nodesOf(item, found);
  else if (template.type === "object")
    for (const [, child] of template.entries) nodesOf(child, found);
  return found;
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
      `${ref.tracer.labelOf(ref.node)} is a ref of the flow ${JSON.stringify(ref.tracer.flow)} and has no value here. Take it as an argument of the task.`,
    );
  if (!hasRef(value)) return value;
  if (Array.isArray(value))
    return Promise.all(value.map((item) => resolveRefs(item)));
  const entries = Object.entries(value as object).map(
    async ([key, child]) => [key, await resolveRefs(child)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
