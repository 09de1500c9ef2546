import type { AnyNode } from "acorn";
import type { CellScript } from "../script.ts";
import type { Binding } from "../scope.ts";
import { partOf } from "./parts.ts";
import { pairParts } from "./patterns.ts";
import { boundNames, forEachChild, isFunction } from "../tree.ts";

/** The calls of a cell whose value gets a top-level name. */
export function findNamedCalls({
  program,
  scopes,
}: CellScript): ReadonlySet<AnyNode> {
  const named = new Set<AnyNode>();
  /** What the variables of the cell were defined as. */
  const values = new Map<Binding, AnyNode>();
  for (const { node } of scopes.units)
    if (node.type === "VariableDeclarator" && node.init) {
      const binding = scopes.bindings.get(node.id);
      if (binding) values.set(binding, node.init);
    }
  function valueOf(node: AnyNode): AnyNode {
    const binding = scopes.bindings.get(node);
    return (binding && values.get(binding)) ?? node;
  }
  function add(node: AnyNode | null | undefined): void {
    switch (node?.type) {
      case "CallExpression":
        named.add(node);
        // `.with(...)` of a task is that task with other options.
        if (node.callee.type === "MemberExpression") add(node.callee.object);
        // A function may pass on what it is given.
        for (const argument of node.arguments) addParts(argument);
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
      case "MemberExpression":
        add(partOf(valueOf(node.object), node));
        break;
    }
  }
  function addParts(node: AnyNode): void {
    if (node.type === "ArrayExpression")
      for (const element of node.elements) if (element) addParts(element);
    if (node.type === "ObjectExpression")
      for (const property of node.properties)
        if (property.type === "Property") addParts(property.value);
    add(node);
  }
  /** Names what a pattern takes from an expression. */
  function name(pattern: AnyNode, value: AnyNode | null | undefined): void {
    const target =
      pattern.type === "AssignmentPattern" ? pattern.left : pattern;
    if (pattern.type === "AssignmentPattern") name(target, pattern.right);
    const parts = value ? pairParts(target, valueOf(value)) : undefined;
    if (parts) for (const [part, own] of parts) name(part, own);
    else if (
      boundNames(target).some((each) => scopes.bindings.get(each)?.isTop)
    )
      add(value);
  }
  function visit(node: AnyNode): void {
    if (isFunction(node)) return;
    if (node.type === "VariableDeclarator") name(node.id, node.init);
    else if (node.type === "AssignmentExpression") name(node.left, node.right);
    forEachChild<AnyNode>(node, visit);
  }
  visit(program);
  return named;
}
