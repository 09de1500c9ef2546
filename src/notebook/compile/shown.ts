/** What a cell has to show of its own when it is evaluated. */
import type { AnyNode } from "acorn";
import { freeName } from "./script.ts";
import type { CellScript } from "./script.ts";
import { forEachChild, isFunction } from "./tree.ts";

/** The statement whose value the cell shows: the last one, if it is an expression that is not made for its effect. */
export function findShown(script: CellScript): AnyNode | undefined {
  const last = script.program.body.findLast(
    ({ type }) => type !== "EmptyStatement",
  );
  if (last?.type !== "ExpressionStatement") return undefined;
  let value: AnyNode = last.expression;
  if (value.type === "AwaitExpression") value = value.argument;
  if (
    value.type === "AssignmentExpression" ||
    value.type === "UpdateExpression"
  )
    return undefined;
  if (value.type === "CallExpression") {
    const callee = freeName(script, value.callee);
    if (callee === "flow" || callee === "display") return undefined;
  }
  return last;
}

/**
 * Whether a cell that shows no value is worth evaluating for its own sake: it displays something, waits for something, or has
 * statements that do something, so that what they write and why they fail is seen.
 */
export function isWorthViewing(script: CellScript): boolean {
  return script.program.body.some(isActing(script)) || showsByItself(script);
}

/** Whether a statement does more than to define something: it, or one within it, is made for its effect. */
function isActing(script: CellScript): (statement: AnyNode) => boolean {
  const acts = (node: AnyNode | null | undefined): boolean => {
    switch (node?.type) {
      case "ThrowStatement":
        return true;
      case "ExpressionStatement":
        return !isDefinition(script, node.expression);
      case "BlockStatement":
        return node.body.some(acts);
      case "IfStatement":
        return acts(node.consequent) || acts(node.alternate);
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
      case "WhileStatement":
      case "DoWhileStatement":
      case "LabeledStatement":
        return acts(node.body);
      case "TryStatement":
        return [node.block, node.handler?.body, node.finalizer].some(acts);
      case "SwitchStatement":
        return node.cases.some(({ consequent }) => consequent.some(acts));
      default:
        return false;
    }
  };
  return acts;
}

/** A flow that is defined, or a directive such as "use strict". */
function isDefinition(script: CellScript, node: AnyNode): boolean {
  return (
    node.type === "Literal" ||
    (node.type === "CallExpression" && freeName(script, node.callee) === "flow")
  );
}

/** Whether a cell displays something or waits for something while it is evaluated. */
function showsByItself(script: CellScript): boolean {
  function isFound(node: AnyNode): boolean {
    if (isFunction(node)) return false;
    if (node.type === "AwaitExpression") return true;
    if (node.type === "ForOfStatement" && node.await) return true;
    if (
      node.type === "CallExpression" &&
      freeName(script, node.callee) === "display"
    )
      return true;
    let found = false;
    forEachChild<AnyNode>(node, (child) => {
      found ||= isFound(child);
    });
    return found;
  }
  return isFound(script.program);
}
