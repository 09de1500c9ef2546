/** Refs used as values where a flow is drawn: tested, computed with, compared, looped over, spread, changed. */
import type { AnyNode } from "acorn";
import { fieldName } from "./parts.ts";
import type { Linter } from "./linter.ts";
import { isNothing } from "./patterns.ts";
import { doubt, isUsedIn, noteTest } from "./presence.ts";

/** Checks one node, not what is inside it. */
export function checkValues(linter: Linter, node: AnyNode): void {
  const { isRef, plain, refuse } = linter;
  switch (node.type) {
    case "IfStatement":
    case "ConditionalExpression":
    case "WhileStatement":
    case "DoWhileStatement":
    case "ForStatement":
      return checkTest(linter, node);
    case "LogicalExpression":
      return checkLogical(linter, node);
    case "UnaryExpression":
      return checkUnary(linter, node);
    case "BinaryExpression":
      return checkBinary(linter, node);
    case "SwitchStatement":
      if (isRef(node.discriminant))
        refuse(
          node.discriminant,
          `Write \`choose(${plain(node.discriminant)}, { name: () => ... })\` instead of switch.`,
        );
      return;
    case "SwitchCase":
      if (isRef(node.test))
        refuse(
          node.test,
          `This case would never be taken. Write \`when(${plain(node.test)}, () => ...)\`, or compare in a task.`,
        );
      return;
    case "ForOfStatement":
    case "ForInStatement":
      if (isRef(node.right))
        refuse(
          node.right,
          `It cannot be looped over. Map a task over it: \`someTask.map(${plain(node.right)})\`.`,
        );
      return;
    case "SpreadElement":
      if (isRef(node.argument))
        refuse(
          node.argument,
          "It cannot be spread. Pass it as a whole, and take it apart in a task.",
        );
      return;
    case "TemplateLiteral":
      for (const value of node.expressions)
        if (isRef(value))
          refuse(value, "Put the text together in a task that takes it.");
      return;
    case "AssignmentExpression":
      return checkAssignment(linter, node);
    case "UpdateExpression":
      if (isRef(node.argument))
        refuse(node.argument, "Compute with it in a task.");
      return;
    case "MemberExpression":
      if (node.computed && isRef(node.property as AnyNode))
        refuse(
          node.property as AnyNode,
          "Pick the element in a task that takes both.",
        );
      return;
    case "Property":
      if (node.computed && isRef(node.key))
        refuse(node.key, "Build the object in a task.");
      return;
    case "VariableDeclarator":
      if (linter.isSureRef(node.init)) checkPattern(linter, node.id);
      return;
    case "TaggedTemplateExpression":
      if (makesText(linter, node.tag)) checkValues(linter, node.quasi);
      return;
  }
}

function checkTest(
  linter: Linter,
  node: Extract<
    AnyNode,
    {
      type:
        | "IfStatement"
        | "ConditionalExpression"
        | "WhileStatement"
        | "DoWhileStatement"
        | "ForStatement";
    }
  >,
): void {
  const branch = "consequent" in node ? node.consequent : undefined;
  if (branch && node.test) noteTest(linter, node.test, node, branch);
  for (const ref of testedRefs(linter, node.test))
    linter.refuse(
      ref,
      `The test would always be true. Write \`when(${linter.plain(ref)}, () => ..., () => ...)\`.`,
      // What is passed on only where it is there is asked whether it is.
      branch && isUsedIn(linter, ref, branch) ? doubt(linter, ref) : undefined,
    );
}

/** Whether a tag makes text of what stands in `${...}`; others are given the refs as they are. */
function makesText(linter: Linter, tag: AnyNode): boolean {
  if (tag.type === "MemberExpression")
    return (
      linter.languageName(tag.object) === "String" && fieldName(tag) === "raw"
    );
  return /^(html|svg|md)$/.test(linter.languageName(tag) ?? "");
}

/** The refs that decide a test. What stands left of `&&`, `||` and `??` in it is looked at by itself. */
export function testedRefs(
  linter: Linter,
  test: AnyNode | null | undefined,
): AnyNode[] {
  switch (test?.type) {
    case undefined:
      return [];
    case "LogicalExpression":
      return testedRefs(linter, test.right);
    case "ConditionalExpression":
      return [test.consequent, test.alternate].flatMap((each) =>
        testedRefs(linter, each),
      );
    case "SequenceExpression":
      return testedRefs(linter, test.expressions.at(-1));
    default:
      return linter.isSureRef(test) ? [test] : [];
  }
}

function checkLogical(
  linter: Linter,
  { left, right, operator }: Extract<AnyNode, { type: "LogicalExpression" }>,
): void {
  // `a ?? b` takes what is not null, so a ref on the left of the left decides nothing more.
  const refs =
    operator === "??"
      ? [left].filter(linter.isSureRef)
      : testedRefs(linter, left);
  for (const ref of refs) {
    const text = linter.plain(ref);
    linter.refuse(
      ref,
      operator === "&&"
        ? `\`${text} && ...\` would always take the right side. Write \`when(${text}, () => ...)\`.`
        : `\`${text} ${operator} ...\` would never take the right side. Give the default in a task that takes \`${text}\`, or write \`when(...)\`.`,
      operator === "??" || (operator === "&&" && isUsedIn(linter, ref, right))
        ? doubt(linter, ref)
        : undefined,
    );
  }
}

function checkUnary(
  linter: Linter,
  node: Extract<AnyNode, { type: "UnaryExpression" }>,
): void {
  const { refuse } = linter;
  if (node.operator === "!") {
    for (const ref of testedRefs(linter, node.argument)) {
      if (linter.guards.has(node) && linter.isHandedOver(ref)) continue;
      const text = linter.plain(ref);
      refuse(
        ref,
        `\`!${text}\` would always be false. Write \`when(${text}, () => ..., () => ...)\`, or decide in a task.`,
        linter.exits.has(node) ? doubt(linter, ref) : undefined,
      );
    }
    return;
  }
  if (!linter.isRef(node.argument)) return;
  if (node.operator === "typeof") {
    if (!linter.isSureRef(node.argument)) return;
    const text = linter.plain(node.argument);
    refuse(
      node.argument,
      `\`typeof ${text}\` says nothing about the value. Look at it in a task that takes \`${text}\`.`,
      doubt(linter, node.argument),
    );
  } else if (node.operator === "delete") reportChange(linter, node);
  else if (node.operator !== "void")
    refuse(node.argument, "Compute with it in a task.");
}

function checkBinary(
  linter: Linter,
  node: Extract<AnyNode, { type: "BinaryExpression" }>,
): void {
  const { show, plain, report } = linter;
  const ref = [node.left, node.right].find(linter.isRef);
  if (!ref) return;
  const isPresence =
    /^[!=]==?$/.test(node.operator) &&
    [node.left, node.right].some((side) => isNothing(side as AnyNode));
  const isHandedOver = linter.isHandedOver(ref);
  // What may be missing is asked for, and what a function cannot do without.
  if (isPresence && !linter.isSureRef(ref)) return;
  if (isPresence && isHandedOver && linter.guards.has(node)) return;
  if (/^[!=]==?$/.test(node.operator))
    report(
      node,
      `${show(node)} compares a ref, which has no value yet: nothing has run while the flow is drawn. Write \`choose(${plain(ref)}, { ... })\`, or compare in a task that takes \`${plain(ref)}\`.`,
      isPresence ? doubt(linter, ref) : undefined,
    );
  else if (node.operator === "instanceof" && isHandedOver) return;
  else
    report(
      node,
      `${show(node)}: ${show(ref)} has no value yet, since nothing has run while the flow is drawn. ${
        /^[<>]=?$/.test(node.operator)
          ? "Compare in a task, and pass its result to `when(...)`."
          : "Compute with it in a task."
      }`,
    );
}

function checkAssignment(
  linter: Linter,
  node: Extract<AnyNode, { type: "AssignmentExpression" }>,
): void {
  const { isRef, refuse } = linter;
  const { left, right, operator } = node;
  if (left.type === "MemberExpression" && isRef(left.object))
    reportChange(linter, node);
  else if (/^(&&|\|\||\?\?)=$/.test(operator)) {
    if (linter.isSureRef(left))
      refuse(left, "Decide in a task, or write `when(...)`.");
  } else if (operator !== "=") {
    const ref = [left, right].find(isRef);
    if (ref) refuse(ref, "Compute with it in a task.");
  }
  if (linter.isSureRef(right)) checkPattern(linter, left);
}

function reportChange(linter: Linter, node: AnyNode): void {
  linter.report(node, "A ref cannot be changed. Make the new value in a task.");
}

/** Defaults and rests in a pattern that unpacks a ref. */
function checkPattern(linter: Linter, pattern: AnyNode): void {
  if (pattern.type !== "ObjectPattern" && pattern.type !== "ArrayPattern")
    return;
  const parts: (AnyNode | null)[] =
    pattern.type === "ObjectPattern" ? pattern.properties : pattern.elements;
  for (const part of parts) {
    const value = part?.type === "Property" ? part.value : part;
    if (part?.type === "RestElement")
      linter.report(
        part,
        "A ref cannot be taken apart into the rest of its fields: they are not known yet. Do that in a task.",
      );
    else if (value?.type === "AssignmentPattern")
      linter.report(
        value,
        `The default ${linter.show(value.right)} would never be used: a ref is always there, its value comes later. Give the default in a task.`,
      );
    if (value)
      checkPattern(
        linter,
        value.type === "AssignmentPattern" ? value.left : value,
      );
  }
}
