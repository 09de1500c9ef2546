import { FlowError } from "./errors.ts";
import type { NodeId, Template } from "./graph.ts";
import { visitRefs } from "./graphIndex.ts";
import { checkParameter, type Parameter } from "./parameter.ts";
import { longestList } from "./longestList.ts";
import { listNames, showValue } from "./words.ts";

/** The ids of the nodes that a template needs, each once, in the order in which they occur. */
export function refsOf(template: Template): NodeId[] {
  const found = new Set<NodeId>();
  visitRefs(template, ({ node }) => found.add(node));
  return [...found];
}

/** Stands for the value of a task that has none: its Error if it failed, null if it was skipped or cancelled. Paths into it lead to itself. */
export class Absent {
  readonly value: Error | null;

  constructor(value: Error | null) {
    this.value = value;
  }
}

/** What a template is resolved with. */
export interface Values {
  /** The value of a node (or an {@link Absent}) for one run: with `each` above 0, of the run of it that belongs to that run. */
  valueOf(node: NodeId, each: number): unknown;
  /** For each level of a map, which element the run is. */
  place?: readonly number[];
  /** The list that a level of a map goes over; made anew each time if missing. */
  listOf?(of: Template, level: number): readonly unknown[];
  /** The names that an error speaks of, when a path leads into a value that is not there. */
  nameOf?(node: NodeId): string;
}

/** The value that a template stands for, with each ref replaced by a part of its node's value. */
export function resolveTemplate(template: Template, values: Values): unknown {
  const value = resolve(template, values);
  return value instanceof Absent ? value.value : value;
}

/** The same, still {@link Absent} if it is: that is neither checked nor flattened on the way. */
function resolve(template: Template, values: Values): unknown {
  switch (template.type) {
    case "value":
      return template.value;
    case "ref":
      return follow(
        values.valueOf(template.node, template.each ?? 0),
        template,
        values,
      );
    case "each": {
      const list =
        values.listOf?.(template.of, template.level) ??
        toList(resolveTemplate(template.of, values), () =>
          nameOf(template, values),
        );
      return follow(
        list[values.place?.[template.level] ?? 0],
        template,
        values,
      );
    }
    case "flatten": {
      const lists = resolve(template.of, values);
      if (lists instanceof Absent) return lists;
      const list = flattenList(lists, () => nameOf(template, values));
      return follow(list, template, values);
    }
    case "parameter": {
      const given = resolve(template.of, values);
      if (given instanceof Absent) return given;
      if (template.set && "path" in template.of) {
        const path = template.of.path.slice(0, -1);
        checkSet(resolve({ ...template.of, path }, values), template.set);
      }
      return follow(takeParameter(template.parameter, given), template, values);
    }
    case "list":
      return template.items.map((item) => resolveTemplate(item, values));
    case "object":
      // An own property whatever its name, which assignment to `__proto__` is not.
      return Object.fromEntries(
        template.entries.map(([key, entry]) => [
          key,
          resolveTemplate(entry, values),
        ]),
      );
  }
}

/** What parameters were found to take: each run of a map would look through all of a large value once more. */
const taken = new WeakMap<Parameter, WeakSet<object>>();

function takeParameter(parameter: Parameter, given: unknown): unknown {
  if (typeof given !== "object" || given === null)
    return checkParameter(parameter, given);
  let known = taken.get(parameter);
  if (!known) taken.set(parameter, (known = new WeakSet()));
  if (!known.has(given)) checkParameter(parameter, given);
  known.add(given);
  return given;
}

/** Refuses what is no set of parameters of a flow. */
export function checkSet(
  given: unknown,
  { flow, names }: { flow: string; names: readonly string[] },
): void {
  const prototype: unknown =
    typeof given === "object" && given && Object.getPrototypeOf(given);
  if (prototype !== null && prototype !== Object.prototype)
    throw noSet(flow, given);
  checkNames(flow, Object.keys(given as object), names);
}

/** Says that a value is no set of parameters; `what` is the flow, or where in its map that is. */
export function noSet(what: string, given: unknown): FlowError {
  return new FlowError(
    "invalid-argument",
    `${what} takes its parameters as an object, such as { airport: "IAD" }, not ${showValue(given)}.`,
  );
}

/** What a flow says of parameters that it does not take; other errors stay as they are. */
export function notTaken(flow: string, thrown: unknown): unknown {
  if (!(thrown instanceof FlowError) || thrown.code !== "invalid-parameter")
    return thrown;
  return new FlowError(
    thrown.code,
    `The flow ${JSON.stringify(flow)} is called with something that it does not take. ${thrown.message}`,
  );
}

/** Refuses names that are no parameters of the flow. */
export function checkNames(
  flow: string,
  given: readonly string[],
  known: readonly string[],
): void {
  const unknown = given.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new FlowError(
    "unknown-parameter",
    `The flow ${JSON.stringify(flow)} has no parameter ${unknown}. ${known.length > 0 ? `It has ${listNames(known, 20)}.` : "It has no parameters."}`,
  );
}

/** The list that a map goes over; a FlowError if the value is none. */
export function toList(value: unknown, name: () => string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return Array.from(value as Uint8Array);
  throw new FlowError(
    "task-failed",
    `Cannot map over ${name()}: it is ${showValue(value)}, and a map goes over a list.${advice(value)}`,
  );
}

function advice(value: unknown): string {
  if (typeof value === "string")
    return " To map over its characters or lines, split it in a task first.";
  if (value instanceof Map || value instanceof Set)
    return " Make a list of it in a task first: [...value].";
  if (typeof value !== "object" || value === null) return "";
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto !== null && proto !== Object.prototype) return "";
  return " To map over its entries, return Object.entries(...) from a task first.";
}

/** A list with one level less. Elements that are no lists stay as they are. */
export function flattenList(value: unknown, name: () => string): unknown[] {
  if (!Array.isArray(value))
    throw new FlowError(
      "task-failed",
      `Cannot flatten ${name()}: it is ${showValue(value)}, and flatten takes a list of lists.`,
    );
  let count = value.length;
  if (count <= longestList)
    for (const item of value as readonly unknown[])
      count += Array.isArray(item) ? item.length : 0;
  if (count > longestList)
    throw new FlowError(
      "task-failed",
      `Cannot flatten ${name()}: it has more than ${longestList.toLocaleString("en")} elements. Make less of it in a task first.`,
    );
  return value.flat(1) as unknown[];
}

/** What a template is called in a message: the task that it mainly comes from. */
export function nameOf(template: Template, values: Values): string {
  switch (template.type) {
    case "ref":
      return values.nameOf?.(template.node) ?? template.node;
    case "each":
    case "flatten":
    case "parameter":
      return nameOf(template.of, values);
    case "value":
      return "the value";
    case "list":
      return "the list";
    case "object":
      return "the object";
  }
}

function follow(
  value: unknown,
  template: Extract<Template, { path: unknown }>,
  values: Values,
): unknown {
  if (value instanceof Absent) return value;
  const { path } = template;
  if (path.length === 0) return value;
  const name = () =>
    template.type === "parameter"
      ? template.parameter.name
      : nameOf(template, values);
  path.forEach((key, depth) => {
    if (value === undefined || value === null) {
      const where = path.slice(0, depth).reduce<string>(pathText, "");
      throw new FlowError(
        "task-failed",
        `${name()} returned ${
          depth === 0
            ? value
            : value === null
              ? `null for \`${where}\``
              : `no \`${where}\``
        }: cannot read ${pathText("", key)} of ${value}.`,
      );
    }
    if (Array.isArray(value) && isIndex(key) && !isPlaceIn(value, Number(key)))
      throw new FlowError(
        "task-failed",
        `${name()} returned a list of ${value.length}${depth === 0 ? "" : ` in \`${path.slice(0, depth).reduce<string>(pathText, "")}\``}: it has no [${key}].`,
      );
    value = property(value, key);
  });
  return value;
}

/** Whether a key of a list can only be meant as a place in it: also `-1` and `0.5`, where none is. */
function isIndex(key: string | number): boolean {
  return typeof key === "number" || String(Number(key)) === key;
}

function isPlaceIn({ length }: readonly unknown[], index: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < length;
}

/** A property as data has it: its own, or a built-in size like that of a Map, but neither a method nor a prototype. */
function property(value: NonNullable<unknown>, key: string | number): unknown {
  const found = (value as Record<string | number, unknown>)[key];
  if (Object.hasOwn(Object(value) as object, key)) return found;
  return typeof found === "number" ? found : undefined;
}

/** `rows[0].name` */
function pathText(before: string, key: string | number): string {
  if (typeof key === "number" || /^\d+$/.test(key)) return `${before}[${key}]`;
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key))
    return `${before}[${JSON.stringify(key)}]`;
  return before ? `${before}.${key}` : key;
}
