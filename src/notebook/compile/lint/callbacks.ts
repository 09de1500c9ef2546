/** Functions that a collection of refs is gone over with, and that decide by each, where a flow is drawn. */
import type { AnyNode } from "acorn";
import { forEachChild, isFunction } from "../tree.ts";
import type { FunctionNode } from "../tree.ts";
import { valueFunctions } from "./calls.ts";
import { elementKind, elementMethods, testingMethods } from "./collections.ts";
import type { Linter } from "./linter.ts";
import { fieldName } from "./parts.ts";
import { testedRefs } from "./values.ts";

/** Checks a call of a method such as `every`. */
export function checkCallback(
  linter: Linter,
  { callee, arguments: given }: Extract<AnyNode, { type: "CallExpression" }>,
): void {
  const [by] = given;
  const method =
    callee.type === "MemberExpression" ? fieldName(callee) : undefined;
  if (callee.type !== "MemberExpression" || !by) return;
  if (method === undefined || !elementMethods.has(method)) return;
  const name = linter.languageName(by);
  if (name !== undefined && valueFunctions.has(name)) {
    const of = linter.kindOf(callee.object);
    if ((of === "map" ? "ref" : elementKind(of)) !== "ref") return;
    const list = linter.plain(callee.object);
    linter.report(
      by,
      `${linter.show(by)} needs the values of refs, and they have none yet: nothing has run while the flow is drawn.${
        name === "Boolean" ? " Each of them would count as true." : ""
      } Do that in a task that takes ${`\`${list}\``}.`,
    );
    return;
  }
  if (!testingMethods.has(method)) return;
  const body = linter.functionOf(by);
  if (!body || body.async || body.generator || !linter.isOwn(body)) return;
  const told = new Set(linter.problems.map(({ from }) => from));
  for (const ref of returnedBy(body).flatMap((each) =>
    testedRefs(linter, each),
  ))
    // The function may be handed to several methods.
    if (!told.has(ref.start))
      linter.refuse(
        ref,
        `\`${method}\` would take it as true for each element. Decide in a task that takes the list.`,
      );
}

/** All that a function may return. */
function returnedBy({ body }: FunctionNode): AnyNode[] {
  if (body.type !== "BlockStatement") return [body];
  const found: AnyNode[] = [];
  function visit(node: AnyNode): void {
    if (isFunction(node)) return;
    if (node.type === "ReturnStatement" && node.argument)
      found.push(node.argument);
    forEachChild<AnyNode>(node, visit);
  }
  visit(body);
  return found;
}
