/**
 * Tests of what a function was given. That all its callers give it a ref today does not make them mistakes: a function may be meant
 * for others, too, as those are that stand in a cell of helpers.
 */
import type { AnyNode } from "acorn";
import { forEachChild } from "../tree.ts";
import type { Linter } from "./linter.ts";

/** How a test is reported that is good for others: the cell is left as it is. */
export function doubt(linter: Linter, ref: AnyNode): "warning" | undefined {
  return linter.isHandedOver(ref) ? "warning" : undefined;
}

/** Whether the same expression stands somewhere in a piece of code. */
export function isUsedIn(linter: Linter, ref: AnyNode, code: AnyNode): boolean {
  const { source } = linter.script;
  const textOf = ({ start, end }: AnyNode) => source.slice(start, end);
  let isFound = code.type === ref.type && textOf(code) === textOf(ref);
  forEachChild<AnyNode>(code, (child) => {
    isFound ||= isUsedIn(linter, ref, child);
  });
  return isFound;
}

/** Notes what a test is for, by the branch that is taken when it holds. */
export function noteTest(
  linter: Linter,
  test: AnyNode,
  whole: AnyNode,
  branch: AnyNode,
): void {
  if (endsIn(branch, "ThrowStatement")) markGuards(linter, test);
  else if (endsIn(branch, "ReturnStatement")) markExits(linter, test);
  if (asksForKind(linter, test)) linter.doubtful.push(whole);
}

function endsIn(
  statement: AnyNode,
  type: "ThrowStatement" | "ReturnStatement",
): boolean {
  const last =
    statement.type === "BlockStatement" ? statement.body.at(-1) : statement;
  return last?.type === type;
}

/** Notes the parts of a test of which each alone is enough to refuse to go on. */
function markGuards(linter: Linter, test: AnyNode): void {
  if (test.type === "LogicalExpression") {
    markGuards(linter, test.left);
    markGuards(linter, test.right);
  } else linter.guards.add(test);
}

/** A function that ends early without something, and else passes it on, asks whether it is there. */
function markExits(linter: Linter, test: AnyNode): void {
  if (test.type === "LogicalExpression") {
    markExits(linter, test.left);
    markExits(linter, test.right);
  } else if (test.type === "UnaryExpression" && test.operator === "!") {
    const binding = linter.cells.bindings.get(test.argument);
    const uses = linter.cells.references.filter(
      (each) => binding && each.binding === binding,
    );
    if (uses.length > 1) linter.exits.add(test);
  }
}

/** Whether a test asks of what kind something is that a function was given: `typeof x`, `x instanceof C`, `Array.isArray(x)`. */
export function asksForKind(linter: Linter, test: AnyNode): boolean {
  const isAsked = (node: AnyNode) => asksForKind(linter, node);
  switch (test.type) {
    case "LogicalExpression":
      return isAsked(test.left) || isAsked(test.right);
    case "UnaryExpression":
      return test.operator === "typeof"
        ? linter.isHandedOver(test.argument)
        : isAsked(test.argument);
    case "BinaryExpression": {
      const left = test.left as AnyNode;
      return test.operator === "instanceof"
        ? linter.isHandedOver(left)
        : isAsked(left) || isAsked(test.right);
    }
    case "CallExpression": {
      const [only, ...others] = test.arguments;
      return (
        linter.plain(test.callee) === "Array.isArray" &&
        only !== undefined &&
        others.length === 0 &&
        linter.isHandedOver(only)
      );
    }
    default:
      return false;
  }
}
