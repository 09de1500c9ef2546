/** What calls of `task` and `flow` are given, and in which order; and what Prefect's tasks can do that these cannot. */
import type { AnyNode } from "acorn";
import { isFunction } from "../tree.ts";
import type { Linter } from "./linter.ts";
import { fieldName } from "./parts.ts";

type Call = Extract<AnyNode, { type: "CallExpression" }>;

/** Checks one call; what is given by a name is left to when the cell is evaluated. */
export function checkShape(linter: Linter, node: Call): void {
  const { callee, arguments: given } = node;
  if (given.some(({ type }) => type === "SpreadElement")) return;
  const name = linter.languageName(callee);
  if (name === "flow") checkFlow(linter, node);
  else if (name === "task") checkTask(linter, node);
  else if (callee.type === "MemberExpression") {
    const kind = linter.kindOf(callee.object);
    if (kind !== "task" && kind !== "flow") return;
    const of = linter.plain(callee.object);
    const instead = insteadOf(fieldName(callee) ?? "", kind, of);
    if (instead)
      complain(
        linter,
        callee,
        `A ${kind} has no \`${fieldName(callee)}\`. ${instead}`,
      );
  }
}

function checkFlow(linter: Linter, node: Call): void {
  const [first, second, third] = node.arguments;
  if (!first || isFunction(first) || first.type === "ObjectExpression")
    complain(
      linter,
      first ?? node,
      'A flow begins with its name: write `flow("Name", () => { ... })`.',
    );
  else if (second?.type === "ObjectExpression" && isFunction(third))
    complain(
      linter,
      second,
      'The options of a flow come last: write `flow("Name", () => { ... }, { ... })`.',
    );
}

function checkTask(linter: Linter, node: Call): void {
  const [first, second] = node.arguments;
  if (!first)
    complain(
      linter,
      node,
      "A task is made of a function: write `task(async () => { ... })`.",
    );
  else if (first.type === "ObjectExpression")
    complain(
      linter,
      first,
      "A task begins with its function, and its options come last: write `task(async () => { ... }, { ... })`.",
    );
  else if (isText(first))
    complain(
      linter,
      first,
      "A task begins with its function, and is called as the variable that it is assigned to. For another name write `task(async () => { ... }, { name: ... })`.",
    );
  else if (isText(second))
    complain(
      linter,
      second,
      "The options of a task are an object: for its name write `{ name: ... }`.",
    );
}

function isText(node: AnyNode | undefined): node is AnyNode {
  return (
    node?.type === "TemplateLiteral" ||
    (node?.type === "Literal" && typeof node.value === "string")
  );
}

function insteadOf(
  method: string,
  kind: "task" | "flow",
  of: string,
): string | undefined {
  switch (method) {
    case "submit":
    case "delay":
    case "run":
    case "serve":
      return kind === "task"
        ? `Call it: \`${of}(...)\`.`
        : "Press Run, or call it in the body of another flow.";
    case "withOptions":
    case "with_options":
      return kind === "task"
        ? `Write \`${of}.with({ ... })(...)\`.`
        : undefined;
    case "set_upstream":
    case "setUpstream":
    case "after":
      return kind === "task"
        ? `Write \`${of}.with({ waitFor: [ref] })(...)\`.`
        : undefined;
    default:
      return undefined;
  }
}

function complain(linter: Linter, node: AnyNode, message: string): void {
  linter.report(node, message, "error", "cell-syntax");
}
