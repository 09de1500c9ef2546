/** What stands where it has no effect, or not the one that is meant: outside a flow what belongs into one, and so on. */
import type { AnyNode } from "acorn";
import { listNames } from "../../../core/words.ts";
import { fieldName } from "./parts.ts";
import type { Linter, Surroundings } from "./linter.ts";
import { traitsOf } from "./traits.ts";

type Call = Extract<AnyNode, { type: "CallExpression" }>;

/** What works in a task only, as far as it is called: signals, and what is about the task run. */
const inTaskOnly = /^(skip|fail|retry|pause|success|loop|progress)$/;

/** A call outside the bodies of flows. */
export function checkPlacedCall(
  linter: Linter,
  node: Call,
  where: Surroundings,
): void {
  if (where === "function") return;
  const { callee } = node;
  if (linter.languageName(callee) === "param")
    linter.report(
      node,
      `${linter.show(node)} stands outside the body of a flow, where there are no parameters. Call it in the body, and pass what it returns to the task.`,
      "warning",
    );
  else if (linter.kindOf(callee) === "flow")
    linter.report(
      node,
      `A flow is called in the body of another flow only. Press Run to start it${
        where === "cell"
          ? `, and write \`${linter.plain(ownFlow(callee))}.result\` to see what came out`
          : ", or call its tasks here"
      }.`,
      "warning",
    );
  else if (where === "task") checkPlainCall(linter, node);
}

function ownFlow(callee: AnyNode): AnyNode {
  return callee.type === "MemberExpression" ? callee.object : callee;
}

/** A task that is called in a task, although it has options that count where a flow calls it. */
function checkPlainCall(linter: Linter, node: Call): void {
  const { callee } = node;
  const isMapped =
    callee.type === "MemberExpression" && fieldName(callee) === "map";
  const traits = traitsOf(linter, isMapped ? callee.object : callee);
  if (!traits || traits.nodeOptions.length === 0) return;
  const isOne = traits.nodeOptions.length === 1;
  linter.report(
    node,
    `${linter.show(node)} inside a task is a plain call: the ${isOne ? "option" : "options"} ${listNames(traits.nodeOptions)} of the task ${isOne ? "does" : "do"} not apply. Call it in the body of the flow, and pass what it returns to this task.`,
    "warning",
  );
}

/** Calls, and uses of `context`, that need a task run where there is none. */
export function checkTaskRun(
  linter: Linter,
  node: AnyNode,
  where: Surroundings,
): void {
  if (where !== "cell" && where !== "drawing") return;
  const name =
    node.type === "CallExpression"
      ? linter.languageName(node.callee)
      : undefined;
  const isContext =
    node.type === "Identifier" && linter.languageName(node) === "context";
  if (!isContext && (name === undefined || !inTaskOnly.test(name))) return;
  linter.report(
    node,
    `${isContext ? "`context`" : `\`${name}(...)\``} is about the task run that is going on, and ${
      where === "cell"
        ? "at the top level of a cell there is none"
        : "while a flow is drawn there is none"
    }. Use it in a task.`,
    "warning",
  );
}

/** A call of a task that nobody waits for. */
export function checkUnattended(
  linter: Linter,
  { expression }: Extract<AnyNode, { type: "ExpressionStatement" }>,
  where: Surroundings,
): void {
  if (where === "drawing" || where === "function") return;
  const callee =
    expression.type === "CallExpression"
      ? expression.callee
      : expression.type === "TaggedTemplateExpression"
        ? expression.tag
        : undefined;
  if (!callee || linter.kindOf(callee) !== "task") return;
  if (linter.languageName(callee) === "param") return;
  linter.report(
    expression,
    `${linter.show(expression)} runs unattended here: nobody waits for it, and its errors are lost. Write \`await\` in front, or call it in the body of a flow.`,
    "warning",
  );
}

/** A task that no worker would find. */
export function checkUnnamed(
  linter: Linter,
  node: Call,
  where: Surroundings,
): void {
  if (where === "drawing" || where === "function") return;
  const name = linter.languageName(node.callee);
  if (name === "task" || name === "resource")
    linter.report(
      node,
      `This ${name} has no name, so no worker can find it. Define it at the top level, as in \`const doIt = ${name}(...)\`.`,
      "warning",
    );
}
