import { specifierProblem } from "../packages/specifier.ts";
import { explainForeignModule } from "./foreignNames.ts";
import { languageTypes, languageValues } from "./globals.ts";
import type { Guess } from "./nearest.ts";
import { problemAt } from "./problem.ts";
import type { Problem } from "./problem.ts";
import type { SyntaxNode } from "./tree.ts";

/** A name that a cell imports from a package of npm. */
export interface PackageImport {
  local: string;
  /** As written: `npm:lodash-es@4.17.21`. */
  specifier: string;
  /** The name of the export; `*` for all of them. */
  name: string;
  from: number;
  to: number;
}

/** What an import statement comes to: names of the language under names of the cell's own, and what is wrong with it. */
export interface ImportReading {
  /** `[local, name]` for each value that is imported. */
  names: readonly (readonly [local: string, name: string])[];
  /** What is imported of packages. */
  packages: readonly PackageImport[];
  problems: readonly Problem[];
}

/** Reads an import: of packages of npm, or of "flowbook", whose names are in scope anyway. */
export function readImport(node: SyntaxNode, guess: Guess): ImportReading {
  const names: [string, string][] = [];
  const problems: Problem[] = [];
  const packages: PackageImport[] = [];
  if (node.importKind === "type") return { names, packages, problems };
  const source = nameOf(node.source);
  if (source.startsWith("npm:")) {
    const problem = specifierProblem(source);
    if (problem !== undefined)
      problems.push(problemAt(node, "error", "cell-syntax", problem));
    else
      for (const specifier of node.specifiers as SyntaxNode[]) {
        if (specifier.importKind === "type") continue;
        packages.push({
          local: nameOf(specifier.local),
          specifier: source,
          name: exportOf(specifier),
          from: specifier.start,
          to: specifier.end,
        });
      }
    return { names, packages, problems };
  }
  if (source !== "flowbook") {
    problems.push(
      problemAt(
        node,
        "error",
        "not-yet",
        explainForeignModule(source) ??
          `Importing from ${JSON.stringify(source)} is not possible: cells import packages of npm with their version, as in \`import { sum } from "npm:d3-array@3.2.4"\`, and names of "flowbook".`,
      ),
    );
    return { names, packages, problems };
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
      const nearest = guess(name, () => [...languageValues, ...languageTypes]);
      problems.push({
        ...problemAt(
          specifier,
          "error",
          "unknown-name",
          `"flowbook" has no name \`${name}\`.${nearest ? ` Did you mean \`${nearest}\`?` : " Its names are listed when you press Ctrl+Space in a cell."}`,
        ),
        ...(nearest && local === name ? { instead: nearest } : {}),
      });
    }
  }
  return { names, packages, problems };
}

function exportOf(specifier: SyntaxNode): string {
  switch (specifier.type) {
    case "ImportDefaultSpecifier":
      return "default";
    case "ImportNamespaceSpecifier":
      return "*";
    default:
      return nameOf(specifier.imported);
  }
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
