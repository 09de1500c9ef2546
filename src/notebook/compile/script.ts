import type { AnyNode, Program } from "acorn";
import type { ScopeAnalysis } from "./scope.ts";

/** A cell that could be read, as JavaScript with its names resolved. */
export interface CellScript {
  /** The cell as the user wrote it; the tree's offsets fit it. */
  source: string;
  program: Program;
  scopes: ScopeAnalysis;
  /** Names of the language under names of the cell's own. */
  imported: ReadonlyMap<string, string>;
}

/** The name of the language (or of a global, or of another cell) that an expression is, or undefined if the cell defines it itself. */
export function freeName(
  script: Pick<CellScript, "scopes" | "imported">,
  node: AnyNode | null | undefined,
): string | undefined {
  if (node?.type !== "Identifier" || script.scopes.bindings.has(node))
    return undefined;
  return script.imported.get(node.name) ?? node.name;
}
