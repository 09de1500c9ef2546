/** Calls as they are written. */
import type { AnyNode } from "acorn";

/** A node that calls something. */
export type CallNode = Extract<
  AnyNode,
  { type: "CallExpression" | "NewExpression" | "TaggedTemplateExpression" }
>;

/** Whether a node is a call. */
export function isCall(node: AnyNode): node is CallNode {
  return (
    node.type === "CallExpression" ||
    node.type === "NewExpression" ||
    node.type === "TaggedTemplateExpression"
  );
}

/** What a call calls. */
export function calleeOf(node: CallNode): AnyNode {
  return node.type === "TaggedTemplateExpression" ? node.tag : node.callee;
}

/** The arguments of a call; of a template its strings stand for the first. */
export function givenTo(node: CallNode): readonly AnyNode[] {
  return node.type === "TaggedTemplateExpression"
    ? [node.quasi, ...node.quasi.expressions]
    : node.arguments;
}

/** The method that a callee names; nothing where it is worked out. */
export function methodOf(callee: AnyNode): string | undefined {
  if (callee.type !== "MemberExpression") return undefined;
  const { property, computed } = callee;
  if (computed)
    return property.type === "Literal" ? String(property.value) : undefined;
  return property.type === "Identifier" ? property.name : undefined;
}
