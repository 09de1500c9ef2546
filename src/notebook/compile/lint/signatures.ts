/** What the parameters of functions say by how they are written. */
import type { AnyNode } from "acorn";
import type { CellScript } from "../script.ts";
import { boundNames, forEachChild, isFunction } from "../tree.ts";

/** Parameters of functions. */
export interface Signatures {
  /** Those that may be left out by their type: `rows?: Ref`. */
  optional: ReadonlySet<AnyNode>;
  /** The names in those that take the rest. */
  rests: ReadonlySet<AnyNode>;
  /** The names in all of them. */
  names: ReadonlySet<AnyNode>;
}

/** Finds the parameters of all functions. */
export function findSignatures(scripts: readonly CellScript[]): Signatures {
  const optional = new Set<AnyNode>();
  const rests = new Set<AnyNode>();
  const names = new Set<AnyNode>();
  for (const { program, source } of scripts) visit(program, source);
  return { optional, rests, names };

  function visit(node: AnyNode, source: string): void {
    if (isFunction(node))
      for (const parameter of node.params) {
        for (const name of boundNames(parameter)) names.add(name);
        // The tree that is worked with has no types any more.
        if (/^\s*\?/.test(source.slice(parameter.end, parameter.end + 10)))
          optional.add(parameter);
        if (parameter.type === "RestElement") rests.add(parameter.argument);
      }
    forEachChild<AnyNode>(node, (child) => visit(child, source));
  }
}
