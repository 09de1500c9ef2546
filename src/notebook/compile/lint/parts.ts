/** The parts of functions, lists and objects as they are written. */
import type { AnyNode } from "acorn";
import { forEachChild, isFunction } from "../tree.ts";
import type { FunctionNode } from "../tree.ts";

/** What a function returns; nothing when it may also end without. */
export function findReturns(body: FunctionNode): AnyNode[] {
  if (body.body.type !== "BlockStatement") return [body.body];
  if (body.body.body.at(-1)?.type !== "ReturnStatement") return [];
  const found: AnyNode[] = [];
  function visit(node: AnyNode): void {
    if (isFunction(node)) return;
    if (node.type === "ReturnStatement") found.push(node.argument ?? node);
    forEachChild<AnyNode>(node, visit);
  }
  visit(body.body);
  return found;
}

/** The part of a list or an object that is written out which a member expression follows. */
export function partOf(
  whole: AnyNode,
  member: Extract<AnyNode, { type: "MemberExpression" }>,
): AnyNode | undefined {
  if (whole.type === "ObjectExpression") {
    const field = fieldName(member);
    const property = whole.properties.findLast(
      (each) => each.type === "SpreadElement" || keyName(each) === field,
    );
    return field !== undefined &&
      property?.type === "Property" &&
      property.kind === "init"
      ? property.value
      : undefined;
  }
  if (whole.type !== "ArrayExpression" || member.property.type !== "Literal")
    return undefined;
  const { value } = member.property;
  const element = typeof value === "number" ? whole.elements[value] : undefined;
  return (!hasSpread(whole.elements) && element) || undefined;
}

/** Whether others are spread into a list or an object that is written out. */
export function hasSpread(elements: readonly (AnyNode | null)[]): boolean {
  return elements.some((each) => each?.type === "SpreadElement");
}

/** The field that a member expression names; undefined when it is computed. */
export function fieldName(
  node: Extract<AnyNode, { type: "MemberExpression" }>,
): string | undefined {
  if (!node.computed && node.property.type === "Identifier")
    return node.property.name;
  if (
    node.property.type === "Literal" &&
    typeof node.property.value === "string"
  )
    return node.property.value;
  return undefined;
}

/** The name of a field of an object or a class; undefined when it is computed. */
export function keyName(
  node: Extract<AnyNode, { type: "Property" | "PropertyDefinition" }>,
): string | undefined {
  if (node.computed) return undefined;
  if (node.key.type === "Identifier") return node.key.name;
  return node.key.type === "Literal" ? String(node.key.value) : undefined;
}
