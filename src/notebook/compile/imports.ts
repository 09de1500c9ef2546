import { languageTypes, languageValues } from "./globals.ts";
import { nearestName } from "./nearest.ts";
import { problemAt } from "./problem.ts";
import type { Problem } from "./problem.ts";
import type { SyntaxNode } from "./tree.ts";

/** What an import statement comes to: names of the language under names of the cell's own, and what is wrong with it. */
export interface ImportReading {
  /** `[local, name]` for each value that is imported. */
  names: readonly (readonly [local: string, name: string])[];
  problems: readonly Problem[];
}

/** Reads an import. Only "flowbook" can be imported from, and what is imported from there is in scope anyway. */
export function readImport(node: SyntaxNode): ImportReading {
  const names: [string, string][] = [];
  const problems: Problem[] = [];
  if (node.importKind === "type") return { names, problems };
  const source = nameOf(node.source);
  if (source !== "flowbook") {
    problems.push(
      problemAt(
        node,
        "error",
        "not-yet",
        `Importing from ${JSON.stringify(source)} is not possible yet: only names of "flowbook" can be imported. Write what you need in a cell, or load data with the fetch and read functions.`,
      ),
    );
    return { names, problems };
  }
  for (const specifier of node.specifiers as SyntaxNode[]) {
    if (specifier.importKind === "type") continue;
    const local = nameOf(specifier.local);
    if (specifier.type !== "ImportSpecifier") {
      problems.push(
        problemAt(
          specifier,
          "error",
          "not-yet",
          `"flowbook" is imported name by name. Write \`import { task, flow } from "flowbook"\`, or nothing: its names are in scope without an import.`,
        ),
      );
      continue;
    }
    const name = nameOf(specifier.imported);
    if (languageValues.has(name)) names.push([local, name]);
    else if (!languageTypes.has(name)) {
      const nearest = nearestName(name, [...languageValues, ...languageTypes]);
      problems.push(
        problemAt(
          specifier,
          "error",
          "unknown-name",
          `"flowbook" has no name \`${name}\`.${nearest ? ` Did you mean \`${nearest}\`?` : " Its names are listed when you press Ctrl+Space in a cell."}`,
        ),
      );
    }
  }
  return { names, problems };
}

/**
 * What is wrong with an export statement that has no declaration, or undefined if it says nothing that is not so anyway:
 * every top-level name of a cell is visible in the others.
 */
export function exportProblem(node: SyntaxNode): Problem | undefined {
  if (node.exportKind === "type") return undefined;
  if (node.type === "ExportDefaultDeclaration")
    return problemAt(
      node,
      "error",
      "not-yet",
      "A cell has no default export. Give the value a name, as in `const result = ...`: other cells see it under that name.",
    );
  if (node.type === "ExportAllDeclaration" || node.source)
    return problemAt(
      node,
      "error",
      "not-yet",
      "A cell cannot export what another module has. Define the names in a cell: every cell sees them.",
    );
  const renamed = (node.specifiers as SyntaxNode[]).find(
    (specifier) =>
      specifier.exportKind !== "type" &&
      nameOf(specifier.local) !== nameOf(specifier.exported),
  );
  if (!renamed) return undefined;
  const [local, exported] = [nameOf(renamed.local), nameOf(renamed.exported)];
  return problemAt(
    renamed,
    "error",
    "not-yet",
    `A name cannot be exported under another one. Write \`const ${exported} = ${local}\`: other cells see \`${exported}\` then.`,
  );
}

function nameOf(node: unknown): string {
  const { name, value } = node as { name?: unknown; value?: unknown };
  return String(name ?? value);
}
