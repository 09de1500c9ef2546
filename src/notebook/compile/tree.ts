import type { AnyNode } from "acorn";

/** A node of any tree, TypeScript's included, whose further fields are not known. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** Any function of a cell: a declaration, an expression, an arrow, or the function of a method. */
export type FunctionNode = Extract<
  AnyNode,
  {
    type:
      "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression";
  }
>;

/** Whether a field of a node holds a node. */
export function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { type?: unknown }).type === "string" &&
    typeof (value as { start?: unknown }).start === "number"
  );
}

/** Whether a node is a function. */
export function isFunction(
  node: AnyNode | null | undefined,
): node is FunctionNode {
  return (
    node?.type === "ArrowFunctionExpression" ||
    node?.type === "FunctionExpression" ||
    node?.type === "FunctionDeclaration"
  );
}

/** Calls `visit` with each node right below a node, and the field that it is in. */
export function forEachChild<Node extends { type: string }>(
  node: Node,
  visit: (child: Node, field: string) => void,
): void {
  const fields = node as unknown as Record<string, unknown>;
  for (const field in fields) {
    const value = fields[field];
    if (Array.isArray(value)) {
      for (const item of value)
        if (isNode(item)) visit(item as unknown as Node, field);
    } else if (isNode(value)) visit(value as unknown as Node, field);
  }
}

/** The identifiers that a pattern binds, and everything else in it that is an expression. */
export function boundNames(
  pattern: AnyNode,
  found: Extract<AnyNode, { type: "Identifier" }>[] = [],
): Extract<AnyNode, { type: "Identifier" }>[] {
  switch (pattern.type) {
    case "Identifier":
      found.push(pattern);
      break;
    case "ObjectPattern":
      for (const property of pattern.properties)
        boundNames(
          property.type === "RestElement" ? property.argument : property.value,
          found,
        );
      break;
    case "ArrayPattern":
      for (const element of pattern.elements)
        if (element) boundNames(element, found);
      break;
    case "AssignmentPattern":
      boundNames(pattern.left, found);
      break;
    case "RestElement":
      boundNames(pattern.argument, found);
      break;
  }
  return found;
}

/** What an assignment to a pattern gives values to. */
export function assignedTargets(pattern: AnyNode): AnyNode[] {
  switch (pattern.type) {
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        assignedTargets(
          property.type === "RestElement" ? property.argument : property.value,
        ),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) =>
        element ? assignedTargets(element) : [],
      );
    case "AssignmentPattern":
      return assignedTargets(pattern.left);
    case "RestElement":
      return assignedTargets(pattern.argument);
    default:
      return [pattern];
  }
}
