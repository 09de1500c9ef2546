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
  for (const { node, binding, unit } of scopes.references)
    if (!binding || binding.isTop)
      refersTo[unit]?.add((!binding && imported.get(node.name)) || node.name);
  return scopes.units.map((unit, index) => {
    const names = refersTo[index] ?? new Set();
    const renamed = [...imported].filter(
      ([local, name]) => local !== name && names.has(name),
    );
    return {
      hash: hashText(
        `${unit.kind ?? ""} ${printTree(unit.node)} ${renamed.join(" ")}`,
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
  const lists = new Map<string, { units: VersionUnit[]; order: string }>();
  const listOf = new Map(
    Array.from(unitsOf, ([name, list]) => {
      const order = list.map(({ hash }) => hash).join(" ");
      const key = list.map((unit) => places.get(unit)).join();
      const same = lists.get(key) ?? { units: list, order };
      lists.set(key, same);
      return [name, same];
    }),
  );
  const long = new Map<string, string>();
  const isContextTheirs = defined.has("context");
  const versions: [string, string][] = [];
  const usesContext: string[] = [];
  for (const name of defined) {
    const names = new Set([name]);
    const closure = new Set<VersionUnit>();
    const seen = new Set<{ units: VersionUnit[]; order: string }>();
    for (const each of names) {
      const list = listOf.get(each);
      if (!list || seen.has(list)) continue;
      seen.add(list);
      for (const unit of list.units) {
        if (closure.has(unit)) continue;
        closure.add(unit);
        for (const further of unit.refersTo) names.add(further);
      }
    }
    const orders = new Set<string>();
    for (const { units: all, order } of seen)
      if (all.length > 1) orders.add(order);
    const hashes = [...Array.from(closure, ({ hash }) => hash), ...orders];
    // A name that refers to nothing else is what its own unit is.
    const [only = ""] = hashes;
    let text = hashes.sort().join();
    // A long text that many names have is hashed once.
    if (text.length > longText) {
      const hash = long.get(text) ?? hashText(text);
      long.set(text, hash);
      text = hash;
    }
    versions.push([
      name,
      hashes.length === 1 ? only : hashText(`${name} ${text}`),
    ]);
    if (
      !isContextTheirs &&
      [...closure].some(({ refersTo }) => refersTo.includes("context"))
    )
      usesContext.push(name);
  }
  // Unlike an assignment, this makes a field of a name such as __proto__ too.
  return { versions: Object.fromEntries(versions), usesContext };
}

/** How long the hashes of a name may be together to be hashed with it. */
const longText = 4000;

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
