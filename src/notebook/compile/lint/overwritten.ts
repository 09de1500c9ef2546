import type { AnyNode } from "acorn";
import type { Binding, ScopeAnalysis } from "../scope.ts";
import { fieldName } from "./parts.ts";
import { boundNames, forEachChild } from "../tree.ts";
import { wordSet } from "../wordSet.ts";

/**
 * The variables that are surely assigned to where they are defined: what they were defined as does not matter then, as in
 * `let rows; if (isLarge) rows = sample(); else rows = all()`.
 */
export function findOverwritten(
  programs: readonly AnyNode[],
  { bindings }: Pick<ScopeAnalysis, "bindings">,
): Set<Binding> {
  const found = new Set<Binding>();

  function namesIn(pattern: AnyNode): Binding[] {
    return boundNames(pattern).flatMap((node) => bindings.get(node) ?? []);
  }

  function assigned(statement: AnyNode): Binding[] {
    switch (statement.type) {
      case "ExpressionStatement": {
        const { expression } = statement;
        return expression.type === "AssignmentExpression" &&
          expression.operator === "="
          ? namesIn(expression.left)
          : [];
      }
      case "BlockStatement":
        return statement.body.flatMap(assigned);
      case "IfStatement": {
        const otherwise = statement.alternate && assigned(statement.alternate);
        return assigned(statement.consequent).filter((each) =>
          otherwise?.includes(each),
        );
      }
      default:
        return [];
    }
  }

  function visit(node: AnyNode): void {
    if (node.type === "Program" || node.type === "BlockStatement") {
      const defined = node.body.flatMap((statement) =>
        statement.type === "VariableDeclaration"
          ? statement.declarations.flatMap(({ id }) => namesIn(id))
          : [],
      );
      if (defined.length > 0)
        for (const binding of node.body.flatMap(assigned))
          if (defined.includes(binding)) found.add(binding);
    }
    forEachChild<AnyNode>(node, visit);
  }
  programs.forEach(visit);
  return found;
}

/** The fields of variables that are given something, wherever: `o.b = 1`. */
export function findRewritten(
  programs: readonly AnyNode[],
  { bindings }: Pick<ScopeAnalysis, "bindings">,
): Map<Binding, Set<string>> {
  const found = new Map<Binding, Set<string>>();
  function visit(node: AnyNode): void {
    if (
      node.type === "AssignmentExpression" &&
      node.left.type === "MemberExpression"
    ) {
      const binding = bindings.get(node.left.object);
      const field = fieldName(node.left);
      if (binding && field !== undefined)
        found.set(binding, (found.get(binding) ?? new Set()).add(field));
    }
    forEachChild<AnyNode>(node, visit);
  }
  programs.forEach(visit);
  return found;
}

const reshaping = wordSet(
  "shift pop splice unshift fill sort reverse copyWithin delete clear",
);

/** The variables whose list or object is changed in ways that are not followed: `list.pop()`, `o[key] = 1`, `delete o.a`. */
export function findReshaped(
  programs: readonly AnyNode[],
  { bindings }: Pick<ScopeAnalysis, "bindings">,
): Set<Binding> {
  const found = new Set<Binding>();
  function add(node: AnyNode): void {
    const binding = bindings.get(node);
    if (binding) found.add(binding);
  }
  function visit(node: AnyNode): void {
    if (
      node.type === "CallExpression" &&
      node.callee.type === "MemberExpression"
    ) {
      if (reshaping.has(fieldName(node.callee) ?? "")) add(node.callee.object);
    } else if (
      node.type === "AssignmentExpression" &&
      node.left.type === "MemberExpression"
    ) {
      const field = fieldName(node.left);
      if (field === undefined || field === "length") add(node.left.object);
    } else if (
      node.type === "UnaryExpression" &&
      node.operator === "delete" &&
      node.argument.type === "MemberExpression"
    )
      add(node.argument.object);
    forEachChild<AnyNode>(node, visit);
  }
  programs.forEach(visit);
  return found;
}
