/** Names of a cell through which flows of other cells may come to its functions. */
import type { AnyNode } from "acorn";
import { freeName } from "../script.ts";
import type { CellScript } from "../script.ts";
import { isFunction } from "../tree.ts";
import { fieldName } from "./parts.ts";

/** The top-level names that are a function or a class, or may have one somewhere in them. Tasks, flows and plain data are none. */
export function findDrawing(script: CellScript): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { node, declares } of script.scopes.units) {
    const isDrawing =
      node.type === "VariableDeclarator"
        ? !node.init || mayDraw(script, node.init)
        : true;
    if (isDrawing) for (const name of declares) found.add(name);
  }
  return found;
}

function mayDraw(script: CellScript, node: AnyNode | null): boolean {
  switch (node?.type) {
    case "Literal":
    case "TemplateLiteral":
    case "TaggedTemplateExpression":
    case "AwaitExpression":
    case "UnaryExpression":
    case "BinaryExpression":
      return false;
    case "ArrayExpression":
      return node.elements.some((each) => mayDraw(script, each));
    case "ObjectExpression":
      return node.properties.some((each) =>
        mayDraw(script, each.type === "Property" ? each.value : each.argument),
      );
    case "CallExpression": {
      const { callee } = node;
      if (/^(task|resource|flow)$/.test(freeName(script, callee) ?? ""))
        return false;
      const isTask =
        callee.type === "MemberExpression" && fieldName(callee) === "with";
      return !isTask || isFunction(callee.object);
    }
    default:
      return node !== null && node !== undefined;
  }
}
