import { Parser } from "acorn";
import type { AnyNode } from "acorn";
import { leaveStack } from "./leaveStack.ts";
import { forEachChild } from "./tree.ts";

/** An address that a module imports from, as it stands in the text with its quotes. */
export interface ModuleImport {
  from: number;
  to: number;
  specifier: string;
}

/** The imports of a JavaScript module: statements, and calls of `import` with a text. Throws if it is no module. */
export function findModuleImports(text: string): ModuleImport[] {
  const program = Parser.extend(leaveStack).parse(text, {
    ecmaVersion: "latest",
    sourceType: "module",
  });
  const found: ModuleImport[] = [];
  function visit(node: AnyNode): void {
    switch (node.type) {
      case "ImportDeclaration":
      case "ExportAllDeclaration":
      case "ExportNamedDeclaration":
      case "ImportExpression": {
        const { source } = node;
        if (source?.type === "Literal" && typeof source.value === "string")
          found.push({
            from: source.start,
            to: source.end,
            specifier: source.value,
          });
      }
    }
    forEachChild<AnyNode>(node, visit);
  }
  visit(program);
  return found.sort((a, b) => a.from - b.from);
}
