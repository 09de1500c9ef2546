/** What goes wrong only when something else has: failures that a task is not ready for, and signals that are caught. */
import type { AnyNode } from "acorn";
import { forEachChild, isFunction } from "../tree.ts";
import type { Linter } from "./linter.ts";
import { fieldName } from "./parts.ts";
import { strictParametersOf, traitsOf } from "./traits.ts";

/**
 * Checks a call in the body of a flow: a task that starts although what it takes has failed gets an Error for it, which the
 * type of its parameter should say.
 */
export function checkLenientCall(
  linter: Linter,
  node: Extract<AnyNode, { type: "CallExpression" }>,
): void {
  const traits = traitsOf(linter, node.callee);
  if (!traits?.lenientTrigger) return;
  const strict = strictParametersOf(linter, traits);
  for (const [index, argument] of node.arguments.entries()) {
    if (argument.type === "SpreadElement") return;
    const type = strict[index];
    // A parameter of the flow is there whatever happens.
    if (type === undefined || !linter.isRef(argument)) continue;
    if (linter.isParameter(argument)) continue;
    const parameter = traits.body?.params[index];
    const place = parameter ?? argument;
    // One task may be called in several flows.
    if (linter.problems.some(({ from }) => from === place.start)) continue;
    const element = isMap(linter, argument)
      ? elementOf.exec(type)?.[1]
      : undefined;
    const given = element
      ? "its elements may have failed, and is given their Errors in their places then, or null where one was skipped"
      : "may have failed, and is given its Error then, or null if it was skipped";
    const wanted = element ? `(${element} | Error | null)[]` : type;
    linter.report(
      place,
      `With triggers.${traits.lenientTrigger} the task starts although ${element ? `${linter.show(argument)} or ` : `${linter.show(argument)} `}${given}. The type of ${
        parameter ? linter.show(parameter) : "its parameter"
      } does not say so. Write \`${wanted} | Error | null\`, and test it${element ? " and its elements" : ""} with \`instanceof Error\`.`,
      "warning",
    );
  }
}

/** The type of the elements in the type of a list. */
const elementOf = /^(?:readonly )?([\w$.]+|\([^()]+\)|\{[^{}]*\})\[\]$/;

/** Whether a ref is that of a mapped task, or flow. */
function isMap(linter: Linter, argument: AnyNode): boolean {
  const node = linter.valueOf(argument);
  return (
    node.type === "CallExpression" &&
    node.callee.type === "MemberExpression" &&
    fieldName(node.callee) === "map"
  );
}

const allSignals = /^(skip|fail|retry|pause|success|loop)$/;

/** Those that mean nothing as exceptions of one's own; `throw fail("...")` may be meant for the catch. */
const signals = /^(skip|retry|pause|success|loop)$/;

/** A `catch` that would also catch `skip(...)` and its like, which work by throwing. */
export function checkCatch(
  linter: Linter,
  node: Extract<AnyNode, { type: "TryStatement" }>,
): void {
  const { handler } = node;
  if (!handler) return;
  const inner = new Set<AnyNode>();
  const signal = findOutside(
    node.block,
    (each) => {
      if (each.type === "TryStatement" && each.handler) inner.add(each.block);
      return isCallOf(linter, each, signals);
    },
    (each) => inner.has(each),
  );
  if (!signal || mayRethrow(linter, handler)) return;
  const { start } = handler;
  linter.report(
    { start, end: start + "catch".length },
    `This catch also catches ${linter.show(signal)}, which works by throwing: the task would go on as if nothing had been called. Move that call behind the try, or throw the error again at the end of the catch.`,
    "warning",
  );
}

/** Whether a handler throws, or does something with the error that may come to throwing it. */
function mayRethrow(
  linter: Linter,
  { param, body }: Extract<AnyNode, { type: "CatchClause" }>,
): boolean {
  const { bindings } = linter.script.scopes;
  const error = param && bindings.get(param);

  function isHarmless(use: AnyNode): boolean {
    switch (use.type) {
      case "MemberExpression":
      case "BinaryExpression":
      case "TemplateLiteral":
        return true;
      case "CallExpression": {
        const { callee } = use;
        const owner =
          callee.type === "MemberExpression" ? callee.object : callee;
        return /^(log|console|String)$/.test(linter.languageName(owner) ?? "");
      }
      default:
        return false;
    }
  }

  const found = findOutside(body, (node) => {
    if (node.type === "ThrowStatement" || isCallOf(linter, node, allSignals))
      return true;
    let isHandedOn = false;
    forEachChild<AnyNode>(node, (child) => {
      isHandedOn ||= !!error && bindings.get(child) === error;
    });
    return isHandedOn && !isHarmless(node);
  });
  return found !== undefined;
}

function isCallOf(linter: Linter, node: AnyNode, names: RegExp): boolean {
  return (
    node.type === "CallExpression" &&
    names.test(linter.languageName(node.callee) ?? "")
  );
}

/** The first node below one that is looked for and stands in no function of its own, nor in what is passed over. */
function findOutside(
  node: AnyNode,
  isWanted: (node: AnyNode) => boolean,
  isPassed: (node: AnyNode) => boolean = () => false,
): AnyNode | undefined {
  if (isFunction(node) || isPassed(node)) return undefined;
  if (isWanted(node)) return node;
  let found: AnyNode | undefined;
  forEachChild<AnyNode>(node, (child) => {
    found ??= findOutside(child, isWanted, isPassed);
  });
  return found;
}
