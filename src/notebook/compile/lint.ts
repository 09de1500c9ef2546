/**
 * What cannot work, or draws a wrong graph without a word, in the bodies of flows: nothing has run while a body is traced, so
 * a ref has no value there. Some of this (`if (ref) f(ref)`, `ref ?? x`, `ref === y`) is seen by neither the types nor the refs
 * themselves, so it is an error here. Refs are told by the text alone (refs.ts), and by types where those are known.
 *
 * This goes over the cell and knows where each piece of it runs; the rules are in lint/.
 */
import type { AnyNode } from "acorn";
import { checkCallback } from "./lint/callbacks.ts";
import { checkDrawnCall } from "./lint/calls.ts";
import { checkCatch, checkLenientCall } from "./lint/failures.ts";
import { fieldName } from "./lint/parts.ts";
import { createLinter } from "./lint/linter.ts";
import type { Surroundings } from "./lint/linter.ts";
import { findNamedCalls } from "./lint/named.ts";
import { checkParameters } from "./lint/parameters.ts";
import {
  checkPlacedCall,
  checkTaskRun,
  checkUnattended,
  checkUnnamed,
} from "./lint/places.ts";
import { checkSettings } from "./lint/settings.ts";
import { checkShape } from "./lint/shapes.ts";
import type { ForeignTraits } from "./lint/traits.ts";
import { checkValues } from "./lint/values.ts";
import type { Problem } from "./problem.ts";
import type { RefAnalysis } from "./refs.ts";
import type { CellScript } from "./script.ts";
import { forEachChild, isFunction } from "./tree.ts";
import type { FunctionNode } from "./tree.ts";

/**
 * The problems of one cell. `told` is what is known of the refs in it, and perhaps in others that it is read with;
 * `foreignTraits` tells of tasks that other cells define; `isTypedRef` whether an expression that the text does not tell to be a
 * ref is one by its type.
 */
export function lintFlows(
  script: CellScript,
  told: RefAnalysis,
  foreignTraits: ForeignTraits,
  isTypedRef: (node: AnyNode) => boolean = () => false,
): Problem[] {
  const { program, scopes } = script;
  const refs: RefAnalysis = {
    ...told,
    kindOf: (node) =>
      told.kindOf(node) ?? (isTypedRef(node) ? "ref" : undefined),
  };
  const linter = createLinter(script, refs, foreignTraits);
  const { report, languageName, kindOf } = linter;
  const named = findNamedCalls(script);
  // An identifier may also be the name of a field.
  const uses = new Set<AnyNode>(scopes.references.map(({ node }) => node));
  const optionFunctions = new Set<FunctionNode>();
  const lastStatement = program.body.findLast(
    ({ type }) => type !== "EmptyStatement",
  );

  function check(
    node: AnyNode,
    where: Surroundings,
    owner: FunctionNode | undefined,
  ): void {
    if (where === "drawing") checkValues(linter, node);
    switch (node.type) {
      case "Identifier":
        if (uses.has(node)) checkTaskRun(linter, node, where);
        break;
      case "CallExpression":
        setOptionsApart(node);
        checkSettings(linter, node);
        checkShape(linter, node);
        checkTaskRun(linter, node, where);
        if (languageName(node.callee) === "flow") checkParameters(linter, node);
        if (where === "drawing") {
          checkDrawnCall(linter, node);
          checkCallback(linter, node);
          checkLenientCall(linter, node);
        } else {
          checkPlacedCall(linter, node, where);
          if (!named.has(node)) checkUnnamed(linter, node, where);
        }
        break;
      case "NewExpression":
        if (where === "drawing") checkDrawnCall(linter, node);
        break;
      case "AwaitExpression":
        if (where === "drawing" && owner && refs.traced.has(owner))
          report(
            node,
            `Nothing is awaited in the body of a flow: no task has run yet. Take \`await\` and \`async\` out, and pass ${linter.show(node.argument)} on to the task that needs its value.`,
          );
        break;
      case "ExpressionStatement":
        if (node !== lastStatement) checkUnattended(linter, node, where);
        break;
      case "TryStatement":
        if (where !== "drawing") checkCatch(linter, node);
        break;
      default:
        if (isFunction(node)) checkFunction(node);
    }
  }

  function checkFunction(node: FunctionNode): void {
    if (!refs.traced.has(node)) return;
    if (node.generator)
      report(
        node,
        "The body of a flow cannot be a generator: it runs once, at once, to draw the graph. Make it a plain function.",
      );
    else if (node.async && !awaitsItself(node))
      report(
        {
          start: node.start,
          end: Math.min(node.end, node.start + "async".length),
        },
        "The body of a flow is not async: nothing has run while it is drawn, so there is nothing to await. Take `async` out.",
      );
  }

  function visit(
    node: AnyNode,
    where: Surroundings,
    owner: FunctionNode | undefined,
  ): void {
    check(node, where, owner);
    const inside = isFunction(node) ? surroundingsIn(node, where) : where;
    const inner = isFunction(node) ? node : owner;
    forEachChild<AnyNode>(node, (child, field) => {
      if (node.type === "TaggedTemplateExpression" && field === "quasi")
        // What stands in `${...}` is given to the tag, and only some make text of it.
        forEachChild(child, (value) => visit(value, inside, inner));
      else visit(child, inside, inner);
    });
  }

  function surroundingsIn(
    node: FunctionNode,
    where: Surroundings,
  ): Surroundings {
    if (refs.traced.has(node)) return "drawing";
    if (refs.taskFunctions.has(node)) return "task";
    if (optionFunctions.has(node)) return "function";
    if (where === "drawing" || where === "task") return where;
    return node.async ? "async" : "function";
  }

  /** Functions among the options of a task run later, and elsewhere. */
  function setOptionsApart(
    node: Extract<AnyNode, { type: "CallExpression" }>,
  ): void {
    const { callee } = node;
    const hasOptions =
      /^(task|resource)$/.test(languageName(callee) ?? "") ||
      (callee.type === "MemberExpression" &&
        fieldName(callee) === "with" &&
        kindOf(node) === "task");
    if (hasOptions) node.arguments.forEach(add);

    function add(option: AnyNode): void {
      if (isFunction(option)) optionFunctions.add(option);
      else forEachChild<AnyNode>(option, add);
    }
  }

  // A cell without flows and tasks has nothing to look at; most view cells are.
  if (scopes.references.length > 0) visit(program, "cell", undefined);
  return [...linter.problems];
}

/** Whether a function has an `await` of its own. */
function awaitsItself(node: FunctionNode): boolean {
  function isFound(child: AnyNode): boolean {
    if (isFunction(child)) return false;
    if (child.type === "AwaitExpression") return true;
    let found = false;
    forEachChild<AnyNode>(child, (next) => {
      found ||= isFound(next);
    });
    return found;
  }
  return isFound(node.body);
}
