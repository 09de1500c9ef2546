/** Calls where a flow is drawn: those that need the value of a ref, and those that have no place there. */
import type { AnyNode } from "acorn";
import { fieldName } from "./parts.ts";
import type { Linter } from "./linter.ts";
import { asksForKind } from "./presence.ts";
import { wordSet } from "../wordSet.ts";

type Call = Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>;
type Member = Extract<AnyNode, { type: "MemberExpression" }>;

const listMethods = wordSet(
  "map filter forEach reduce reduceRight flatMap flat join find findIndex some every includes indexOf slice sort concat at",
);

/** Functions that make something else of a value. */
export const valueFunctions = wordSet(
  "String Number Boolean BigInt parseInt parseFloat isNaN isFinite structuredClone encodeURIComponent encodeURI",
);

const valueOwners = wordSet(
  "JSON Math Object Array Promise Number String Date Reflect Symbol",
);

/** Methods of lists and texts that compare what they are given, and would quietly find nothing. */
const comparingMethods = wordSet(
  "includes indexOf lastIndexOf startsWith endsWith localeCompare",
);

const impure =
  /^(Date\.now|Math\.random|performance\.now|crypto\.(randomUUID|getRandomValues)|fetch|setTimeout|setInterval|db\.(query|exec))$/;

/** Checks one call, not what is inside it. */
export function checkDrawnCall(linter: Linter, node: Call): void {
  const { callee } = node;
  const name = linter.languageName(callee);
  if (name === "task" || name === "resource" || name === "flow") {
    linter.report(
      node,
      name === "flow"
        ? "A flow cannot be defined in the body of another. Define it at the top level of a cell, and call it here."
        : `A ${name} cannot be defined in the body of a flow: workers find it by its top-level name. Define it at the top level of a cell, and call it here.`,
    );
    return;
  }
  if (linter.isRef(callee)) {
    if (callee.type === "MemberExpression") checkMethod(linter, callee);
    else
      linter.report(
        node,
        `${linter.show(callee)} is a ref and cannot be called. Pass it to a task.`,
      );
    return;
  }
  checkImpure(linter, node);
  checkArguments(linter, node, name);
}

function checkArguments(
  linter: Linter,
  node: Call,
  name: string | undefined,
): void {
  const { isRef, refuse, show, plain, report } = linter;
  const { callee } = node;
  const owner = ownerOf(linter, callee);
  const method =
    callee.type === "MemberExpression" ? (fieldName(callee) ?? "") : "";
  for (const value of node.arguments) {
    if (owner === "Promise") {
      const isListed =
        value.type === "ArrayExpression" && value.elements.some(isRef);
      if (isListed || isRef(value) || linter.kindOf(value) === "list")
        for (const each of isListed ? value.elements.filter(isRef) : [value])
          refuse(
            each,
            "Nothing is awaited in the body of a flow: pass the refs to a task, in a list if you like.",
          );
    } else if (!isRef(value)) continue;
    else if (asksForKind(linter, node)) continue;
    else if (name === "log" || owner === "console")
      report(
        value,
        `${show(value)} has no value yet, so nothing useful is logged. Log it in a task that takes it.`,
        "warning",
      );
    else if (name === "display" || name === "table")
      refuse(value, "Display it in a task, or in a view cell.");
    else if (
      valueFunctions.has(name ?? "") ||
      valueOwners.has(owner ?? "") ||
      // A class of a cell is looked into.
      (node.type === "NewExpression" && !linter.classOf(node))
    )
      refuse(
        value,
        `\`${plain(callee)}(...)\` needs the value: call it in a task.`,
      );
    else if (
      comparingMethods.has(method) &&
      callee.type === "MemberExpression" &&
      linter.kindOf(callee.object) !== "list"
    )
      refuse(
        value,
        `\`${plain(callee)}(...)\` would compare the ref itself, and find nothing. Do that in a task that takes \`${plain(value)}\`.`,
      );
  }
}

function checkMethod(linter: Linter, callee: Member): void {
  const { plain, refuse } = linter;
  const ref = plain(callee.object);
  const method = fieldName(callee) ?? "";
  if (method === "then" || method === "catch" || method === "finally")
    refuse(
      callee.object,
      "Nothing is awaited in the body of a flow: pass the ref to the task that needs its value.",
    );
  else if (method === "map" || method === "forEach" || method === "flatMap")
    refuse(
      callee.object,
      `To do something with each element, map a task over the list: \`someTask.map(${ref})\`.`,
    );
  else if (method === "flat")
    refuse(callee.object, `Write \`flatten(${ref})\`.`);
  else
    refuse(
      callee.object,
      `\`${plain(callee)}(...)\` needs the value: ${
        listMethods.has(method) ? "do that" : "call it"
      } in a task that takes \`${ref}\`.`,
    );
}

/** What gives something else each time makes another graph each time. */
function checkImpure(linter: Linter, node: Call): void {
  const { callee } = node;
  const name =
    callee.type === "MemberExpression"
      ? `${ownerOf(linter, callee) ?? ""}.${fieldName(callee) ?? ""}`
      : (linter.languageName(callee) ?? "");
  const isImpure =
    node.type === "NewExpression" || name === "Date"
      ? name === "Date" &&
        (node.type === "CallExpression" || node.arguments.length === 0)
      : impure.test(name);
  if (!isImpure) return;
  const instead =
    name === "fetch"
      ? ", or use fetchJson(...) and its like"
      : name.startsWith("db.")
        ? ", or write sql`...`, which is a task"
        : "";
  linter.report(
    node,
    `The body of a flow runs each time that its graph is drawn, so ${linter.show(node)} does not belong here. Call it in a task${instead}.`,
    "warning",
  );
}

function ownerOf(linter: Linter, callee: AnyNode): string | undefined {
  return callee.type === "MemberExpression"
    ? linter.languageName(callee.object)
    : undefined;
}
