import type { AnyNode } from "acorn";
import type { CellScript } from "../script.ts";
import { forEachChild, isFunction } from "../tree.ts";

/** The calls of a cell whose value gets a top-level name. */
export function findNamedCalls({
  program,
  scopes,
}: CellScript): ReadonlySet<AnyNode> {
  const named = new Set<AnyNode>();
  function add(node: AnyNode | null | undefined): void {
    switch (node?.type) {
      case "CallExpression":
        named.add(node);
        // A function may pass on what it is given.
        for (const argument of node.arguments) add(argument);
        break;
      case "ConditionalExpression":
        add(node.consequent);
        add(node.alternate);
        break;
      case "LogicalExpression":
        add(node.left);
        add(node.right);
        break;
      case "AwaitExpression":
        add(node.argument);
        break;
      case "AssignmentExpression":
        add(node.right);
        break;
    }
  }
  function visit(node: AnyNode): void {
    if (isFunction(node)) return;
    if (node.type === "VariableDeclarator") {
      if (scopes.bindings.get(node.id)?.isTop) add(node.init);
    } else if (
      node.type === "AssignmentExpression" &&
      scopes.bindings.get(node.left)?.isTop
    )
      add(node.right);
    forEachChild<AnyNode>(node, visit);
  }
  visit(program);
  return named;
}
