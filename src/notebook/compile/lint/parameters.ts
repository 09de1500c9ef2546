/** Parameters that a flow describes twice, and differently: which of the two its run form should show is anybody's guess. */
import type { AnyNode } from "acorn";
import { FlowError } from "../../../core/errors.ts";
import { makeParameter } from "../../../core/parameter.ts";
import { forEachChild, isFunction } from "../tree.ts";
import { constantOf, settingOf, textOf } from "./constants.ts";
import { keyName } from "./parts.ts";
import type { Linter } from "./linter.ts";

/** Checks a call of `flow`. */
export function checkParameters(
  linter: Linter,
  call: Extract<AnyNode, { type: "CallExpression" }>,
): void {
  const [, body, options] = call.arguments;
  const described = new Map<string, AnyNode | undefined>();
  const declared = settingOf(options, "parameters");
  if (declared?.type === "ObjectExpression")
    for (const property of declared.properties) {
      const name = property.type === "Property" && keyName(property);
      if (name && property.type === "Property")
        described.set(name, property.value);
    }

  function visit(node: AnyNode): void {
    if (isFunction(node) && linter.taskFunctions.has(node)) return;
    if (node.type === "CallExpression") {
      const callee = linter.languageName(node.callee);
      if (callee === "flow") return;
      if (callee === "param") checkParam(node);
    }
    forEachChild<AnyNode>(node, visit);
  }

  function checkParam(
    node: Extract<AnyNode, { type: "CallExpression" }>,
  ): void {
    const name = textOf(node.arguments[0]);
    const spec = node.arguments[1];
    if (name === undefined) return;
    if (!described.has(name)) described.set(name, spec);
    else if (spec && differ(name, described.get(name), spec))
      linter.report(
        node,
        `The parameter ${name} is described twice in this flow, and differently. Describe it once, where it stands first, and write \`param(${JSON.stringify(name)})\` where it is used again.`,
        "warning",
      );
  }

  const drawn = linter.functionOf(body);
  if (drawn && linter.isOwn(drawn)) visit(drawn.body);
}

/** Whether two descriptions surely make different parameters. */
function differ(
  name: string,
  one: AnyNode | undefined,
  other: AnyNode,
): boolean {
  const texts = [one, other].map((spec) => {
    const constant = spec ? constantOf(spec) : { value: undefined };
    if (!constant) return undefined;
    try {
      return JSON.stringify(makeParameter(name, constant.value));
    } catch (thrown) {
      if (thrown instanceof FlowError) return undefined;
      throw thrown;
    }
  });
  return texts.every((text) => text !== undefined) && texts[0] !== texts[1];
}
