import { FlowError } from "../../../core/errors.ts";
import {
  type MapInput,
  type NodeId,
  type Template,
} from "../../../core/graph.ts";
import { isRunByRun } from "../../../core/graphIndex.ts";
import { showValue } from "../../../core/words.ts";
import { isStructure } from "./template.ts";

/** An argument of a map. */
export interface MapArgument {
  /** What messages call it. */
  name: string;
  template: Template;
  /** False for what is the same for every element. */
  isList: boolean;
}

/**
 * The levels of a map in a flow body, and what each run of it is called with. The levels come below `base` others that the
 * flow body is in.
 */
export function planLevels(
  map: string,
  given: readonly MapArgument[],
  base: number,
  depth: number,
  depthOf: (id: NodeId) => number,
): { levels: MapInput[][]; args: Template[] } {
  const lists = given.filter(({ isList }) => isList);
  if (lists.length === 0)
    return { levels: [], args: given.map(({ template }) => template) };
  checkLists(map, lists, depth, []);
  const levels: MapInput[][] = [];
  let args = given.map(({ template }) => template);
  for (let level = base; level < base + depth; level += 1) {
    const inputs: MapInput[] = [];
    args = given.map(({ name, isList }, index) => {
      const of = args[index]!;
      if (!isList) return of;
      inputs.push({ input: name, of });
      return isRunByRun(of, level, depthOf)
        ? { ...of, each: level + 1 }
        : { type: "each", level, of, path: [] };
    });
    levels.push(inputs);
  }
  return { levels, args };
}

/** The elements of a list, as far as the list is known while the flow is drawn. */
export function knownItems(template: Template): Template[] | undefined {
  if (template.type === "list") return [...template.items];
  if (template.type !== "value") return undefined;
  const list = toItems(template.value);
  return list?.map((value) => ({ type: "value", value }));
}

/** Refuses what cannot be mapped over; what is not known yet is looked at when the flow runs. */
export function checkItems(template: Template, what: string): void {
  if (template.type === "object")
    throw notMappable(what, "an object", entriesAdvice);
  if (template.type === "value") checkList(template.value, what);
}

/** Refuses a value that cannot be mapped over, with what to write instead. */
export function checkList(
  value: unknown,
  what: string,
): asserts value is readonly unknown[] {
  if (!toItems(value)) throw notMappable(what, showKind(value), advise(value));
}

/** The elements of a list, which a typed array is too; undefined for all else. */
export function toItems(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? Array.from(value as Uint8Array)
    : undefined;
}

/** Compares the lengths of lists that are gone over in step, level by level, as far as they are known. */
function checkLists(
  map: string,
  lists: readonly Pick<MapArgument, "name" | "template">[],
  depth: number,
  place: readonly number[],
): void {
  const where = place.map((index) => `[${index}]`).join("");
  let first: { name: string; length: number } | undefined;
  const inside: { name: string; items: readonly Template[] }[] = [];
  for (const { name, template } of lists) {
    checkItems(template, `${map}: ${name}${where}`);
    const items = knownItems(template);
    if (!items) continue;
    first ??= { name, length: items.length };
    if (items.length !== first.length)
      throw new FlowError(
        "invalid-argument",
        unequalLengths(map, where, first, { name, length: items.length }),
      );
    inside.push({ name, items });
  }
  if (depth <= 1 || !first) return;
  for (let index = 0; index < first.length; index += 1)
    checkLists(
      map,
      inside.map(({ name, items }) => ({ name, template: items[index]! })),
      depth - 1,
      [...place, index],
    );
}

/** The message that lists which a map goes over in step are not equally long. */
export function unequalLengths(
  map: string,
  where: string,
  one: { name: string; length: number },
  other: { name: string; length: number },
): string {
  return `${map} goes over its lists in step, and they are not equally long: ${one.name}${where} has ${one.length} and ${other.name}${where} has ${other.length}. Give lists of the same length, or write unmapped(${other.name}) for what is the same for every element.`;
}

function notMappable(what: string, kind: string, advice: string): FlowError {
  return new FlowError(
    "invalid-argument",
    `${what} is ${kind}, and a map goes over lists. ${advice}`,
  );
}

const entriesAdvice =
  "To map over its entries, write Object.entries(...); for what is the same for every element, write unmapped(...).";

function advise(value: unknown): string {
  if (typeof value === "string")
    return "For a text that is the same for every element, write unmapped(...); to map over its lines, split it first.";
  if (value instanceof Map || value instanceof Set)
    return "Make a list of it first: [...value].";
  if (isStructure(value)) return entriesAdvice;
  return "For what is the same for every element, write unmapped(...).";
}

function showKind(value: unknown): string {
  if (value instanceof Map) return "a Map";
  if (value instanceof Set) return "a Set";
  return showValue(value);
}
