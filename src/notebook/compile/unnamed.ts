/**
 * Names for what has none at the top level of a cell: functions within code, so that one which is handed on can be found by whoever
 * calls it, and variables that a function shares with the code around it, so that what one of them puts there the other one finds.
 */
import type { AnyNode } from "acorn";
import type { Binding, ScopeAnalysis } from "./scope.ts";
import { forEachChild, isFunction } from "./tree.ts";
import type { FunctionNode } from "./tree.ts";

const names = new WeakMap<object, string>();
let count = 0;

/** The name of a function or a variable; no identifier is like it. */
export function nameOf(thing: FunctionNode | Binding): string {
  let name = names.get(thing);
  if (name === undefined) names.set(thing, (name = ` ${++count}`));
  return name;
}

const sharedKnown = new WeakMap<ScopeAnalysis, ReadonlySet<Binding>>();

/** The variables of a cell, other than its top-level names, that are used in a function other than their own. */
export function sharedVariables(scopes: ScopeAnalysis): ReadonlySet<Binding> {
  const known = sharedKnown.get(scopes);
  if (known) return known;
  const homes = new Map<Binding, FunctionNode | undefined>();
  const uses: [Binding, FunctionNode | undefined][] = [];
  function visit(node: AnyNode, around: FunctionNode | undefined): void {
    const binding = scopes.bindings.get(node);
    if (binding && !binding.isTop) {
      if (binding.node === node) homes.set(binding, around);
      uses.push([binding, around]);
    }
    const inside = isFunction(node) ? node : around;
    forEachChild<AnyNode>(node, (child) => visit(child, inside));
  }
  for (const unit of scopes.units) visit(unit.node, undefined);
  const shared = new Set<Binding>();
  for (const [binding, around] of uses)
    if (homes.has(binding) && homes.get(binding) !== around)
      shared.add(binding);
  sharedKnown.set(scopes, shared);
  return shared;
}
