/**
 * Versions of names: what a name stands for, as a hash of its code and of all that it refers to in any cell.
 *
 * A unit is a top-level statement, or one variable of a declaration. A name's version covers the units that define it, the
 * units that change it from outside (`config.x = 1`, `rows.push(...)`), in their order, and, over and over, the units of every
 * name that those refer to. Units are hashed by their syntax tree, so layout, comments, brackets without effect and types do not count.
 */
import type { AnyNode } from "acorn";
import { hashText } from "../../core/hash.ts";
import { findChanges } from "./changes.ts";
import { findComponents } from "./components.ts";
import { findEffects } from "./effects.ts";
import type { UnitEffects } from "./effects.ts";
import type { ScopeAnalysis } from "./scope.ts";
import { isNode } from "./tree.ts";

/** A unit of code as far as versions need it. */
export interface VersionUnit {
  hash: string;
  defines: readonly string[];
  /** Names that it takes from the top level of any cell, or from the language. */
  refersTo: readonly string[];
  /** What it does to names of any cell; nothing if it is not said. */
  effects?: UnitEffects;
}

/**
 * The units of a cell. `imported` are names of the language under names of the cell's own; `shown` is the statement whose
 * value the cell shows, if it does.
 */
export function findUnits(
  scopes: ScopeAnalysis,
  imported: ReadonlyMap<string, string>,
  shown: AnyNode | undefined,
): VersionUnit[] {
  const refersTo = scopes.units.map(() => new Set<string>());
  const renamed = scopes.units.map(() => new Set<string>());
  for (const { node, binding, unit } of scopes.references) {
    const { name } = node;
    const meant = (!binding && imported.get(name)) || name;
    if (!binding || binding.isTop) refersTo[unit]?.add(meant);
    if (meant !== name) renamed[unit]?.add(`${name},${meant}`);
  }
  return scopes.units.map((unit, index) => {
    const names = refersTo[index] ?? [];
    return {
      hash: hashText(
        `${unit.kind ?? ""} ${printTree(unit.node)} ${[...renamed[index]!].join(" ")}`,
      ),
      defines: unit.declares,
      effects: findEffects(unit.node, scopes, shown),
      refersTo: [...names],
    };
  });
}

/** The version of every name, and the names whose closure mentions `context`. `units` are in the order of their evaluation. */
export function computeVersions(units: readonly VersionUnit[]): {
  versions: Record<string, string>;
  usesContext: string[];
} {
  const unitsOf = new Map<string, VersionUnit[]>();
  const defined = new Set(units.flatMap(({ defines }) => defines));
  const changesOf = findChanges(units);
  const places = new Map(units.map((unit, at) => [unit, at]));
  for (const unit of units) {
    const names = new Set(unit.defines);
    for (const name of changesOf(unit)) if (defined.has(name)) names.add(name);
    for (const name of names) {
      const list = unitsOf.get(name);
      if (list) list.push(unit);
      else unitsOf.set(name, [unit]);
    }
  }
  // What changes one thing mostly changes all that it is a part of: names with the same units are looked at once.
  const lists = new Map<string, UnitList>();
  const listOf = new Map(
    Array.from(unitsOf, ([name, list]) => {
      const order = list.map(({ hash }) => hash).join(" ");
      const key = list.map((unit) => places.get(unit)).join();
      const same = lists.get(key) ?? { units: list, order };
      lists.set(key, same);
      return [name, same];
    }),
  );
  let large: ReturnType<typeof foldLists> | undefined;
  const isContextTheirs = defined.has("context");
  const versions: [string, string][] = [];
  const usesContext: string[] = [];
  for (const name of defined) {
    let closure = findClosure(name, listOf);
    if (!closure) {
      large ??= foldLists(lists.values(), listOf);
      const { hash, hasContext } = large.get(listOf.get(name)!)!;
      closure = { hash: hashText(`${name} ${hash}`), hasContext };
    }
    versions.push([name, closure.hash]);
    if (!isContextTheirs && closure.hasContext) usesContext.push(name);
  }
  // Unlike an assignment, this makes a field of a name such as __proto__ too.
  return { versions: Object.fromEntries(versions), usesContext };
}

/** Units that belong to a name, in their order. */
interface UnitList {
  units: readonly VersionUnit[];
  order: string;
}
type Lists = ReadonlyMap<string, UnitList>;

/** So many units are looked at for each name that needs them. What needs more is as what it refers to, one after the other. */
const mostUnits = 200;

/** The hash of something with all that it needs, and whether any of that mentions `context`. */
interface Closure {
  hash: string;
  hasContext: boolean;
}

/** That of a name; undefined if it is too much. */
function findClosure(name: string, listOf: Lists): Closure | undefined {
  const names = new Set([name]);
  const closure = new Set<VersionUnit>();
  const seen = new Set<UnitList>();
  for (const each of names) {
    const list = listOf.get(each);
    if (!list || seen.has(list)) continue;
    seen.add(list);
    for (const unit of list.units) {
      if (closure.has(unit)) continue;
      closure.add(unit);
      if (closure.size > mostUnits) return undefined;
      for (const further of unit.refersTo) names.add(further);
    }
  }
  const orders = new Set<string>();
  for (const { units, order } of seen) if (units.length > 1) orders.add(order);
  const hashes = [...Array.from(closure, ({ hash }) => hash), ...orders];
  // A name that refers to nothing else is what its own unit is.
  const [only = ""] = hashes;
  return {
    hash:
      hashes.length === 1 ? only : hashText(`${name} ${hashes.sort().join()}`),
    hasContext: [...closure].some(mentionsContext),
  };
}

/** The same for all lists, each from those that it refers to: names that need each other are one. */
function foldLists(
  lists: Iterable<UnitList>,
  listOf: Lists,
): Map<UnitList, Closure> {
  const folded = new Map<UnitList, Closure>();
  const needs = new Map<UnitList, ReadonlySet<UnitList>>();
  for (const list of lists) {
    const names = list.units.flatMap(({ refersTo }) => refersTo);
    needs.set(list, new Set(names.flatMap((name) => listOf.get(name) ?? [])));
  }
  for (const component of findComponents(needs.keys(), (list) =>
    needs.get(list)!,
  )) {
    const below = new Set<string>();
    let hasContext = component.some(({ units }) => units.some(mentionsContext));
    for (const list of component)
      for (const next of needs.get(list)!) {
        const known = folded.get(next);
        if (!known) continue;
        below.add(known.hash);
        hasContext ||= known.hasContext;
      }
    const own = component.map(({ order }) => order).sort();
    const hash = hashText(`${own.join()} ${[...below].sort().join()}`);
    for (const list of component) folded.set(list, { hash, hasContext });
  }
  return folded;
}

function mentionsContext({ refersTo }: VersionUnit): boolean {
  return refersTo.includes("context");
}

const layoutFields = new Set([
  "type",
  "start",
  "end",
  "raw",
  "shorthand",
  "directive",
  "range",
  "loc",
]);

/** A tree as text: the same for two texts exactly if they differ in layout only. */
export function printTree(node: AnyNode): string {
  const parts: string[] = [];
  function print(value: unknown): void {
    if (Array.isArray(value)) {
      parts.push("[");
      for (const item of value) if (!isEmpty(item)) print(item);
      parts.push("]");
    } else if (isNode(value)) {
      parts.push("(", value.type);
      for (const field in value)
        if (!layoutFields.has(field)) {
          parts.push(" ", field, ":");
          print(value[field]);
        }
      parts.push(")");
    } else if (typeof value === "bigint") parts.push(`${value}n`);
    // One that is too large is no null.
    else if (typeof value === "number") parts.push(`${value} `);
    else parts.push(JSON.stringify(value) ?? "undefined", " ");
  }
  print(node);
  return parts.join("");
}

function isEmpty(node: unknown): boolean {
  return isNode(node) && node.type === "EmptyStatement";
}
