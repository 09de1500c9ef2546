/** Cells that are read together, because a flow of one may be drawn by functions of another. */
import type { AnyNode } from "acorn";
import type { Binding, Reference } from "../scope.ts";
import { freeName } from "../script.ts";
import type { CellScript } from "../script.ts";

/** One cell, or several as if they were one: names that another of them defines are not free. */
export interface JoinedCells {
  scripts: readonly CellScript[];
  /** What the identifiers of all of them stand for. */
  bindings: ReadonlyMap<AnyNode, Binding>;
  references: readonly Reference[];
  /** The name that an identifier is if none of the cells defines it; of an import that of the language. */
  freeName(node: AnyNode): string | undefined;
  /** Whether an identifier is a name that its cell imports, whatever other cells define. */
  isImported(node: AnyNode): boolean;
}

/** Reads cells together; of names that several define the first counts. */
export function joinCells(scripts: readonly CellScript[]): JoinedCells {
  const [only] = scripts;
  if (only && scripts.length === 1)
    return {
      scripts,
      bindings: only.scopes.bindings,
      references: only.scopes.references,
      freeName: (node) => freeName(only, node),
      isImported: (node) =>
        node.type === "Identifier" && only.imported.has(node.name),
    };
  const declared = new Map<string, Binding>();
  for (const { scopes } of scripts)
    for (const [name, binding] of scopes.declared)
      if (!declared.has(name)) declared.set(name, binding);
  const bindings = new Map<AnyNode, Binding>();
  const references: Reference[] = [];
  const imported = new Map<AnyNode, string>();
  for (const { scopes, imported: own } of scripts) {
    for (const [node, binding] of scopes.bindings) bindings.set(node, binding);
    for (const reference of scopes.references) {
      const { node } = reference;
      const language = reference.binding ? undefined : own.get(node.name);
      if (language !== undefined) imported.set(node, language);
      const isFree = !reference.binding && language === undefined;
      const binding = isFree ? declared.get(node.name) : reference.binding;
      if (binding) bindings.set(node, binding);
      references.push({ ...reference, binding });
    }
  }
  return {
    scripts,
    bindings,
    references,
    freeName: (node) =>
      node.type === "Identifier" && !bindings.has(node)
        ? (imported.get(node) ?? node.name)
        : undefined,
    isImported: (node) => imported.has(node),
  };
}
