/**
 * What cannot work, or draws a wrong graph without a word, in the bodies of flows: nothing has run while a body is traced, so
 * a ref has no value there. Some of this (`if (ref) f(ref)`, `ref ?? x`, `ref === y`) is seen by neither the types nor the refs
 * themselves, so it is an error here. Refs are told by the text alone (refs.ts): what that cannot see is not reported.
 * Most of its lines are the sentences that it says: one for each way of writing it wrong, kept together.
 */
import type { AnyNode } from "acorn";
import { problemAt } from "./problem.ts";
import type { Problem } from "./problem.ts";
import { analyseRefs, fieldName } from "./refs.ts";
import type { ForeignKind } from "./refs.ts";
import type { CellScript } from "./script.ts";
import { forEachChild, isFunction } from "./tree.ts";
import type { FunctionNode } from "./tree.ts";

/** Where a piece of code runs: while the cell is evaluated, while a flow is drawn, in a task, or where its caller is. */
type Surroundings = "cell" | "drawing" | "task" | "function";

const listMethods = new Set(
  "map filter forEach reduce reduceRight flatMap flat join find findIndex some every includes indexOf slice sort concat at".split(
    " ",
  ),
);

const valueFunctions = new Set(
  "String Number Boolean BigInt parseInt parseFloat isNaN isFinite structuredClone encodeURIComponent encodeURI".split(
    " ",
  ),
);

const valueOwners = new Set(
  "JSON Math Object Array Promise Number String Date Reflect Symbol".split(" "),
);

export function lintFlows(script: CellScript, foreign: ForeignKind): Problem[] {
  const { source, program, scopes } = script;
  const refs = analyseRefs(script, foreign);
  const { kindOf, languageName } = refs;
  const problems: Problem[] = [];
  const named = findNamedCalls(script);

  function report(
    node: AnyNode,
    message: string,
    severity: Problem["severity"] = "error",
  ): void {
    problems.push(problemAt(node, severity, "flow-body", message));
  }

  /** A piece of the source as it can stand in a message. */
  function show(node: AnyNode): string {
    const text = source.slice(node.start, node.end).replace(/\s+/g, " ");
    return `\`${text.length > 40 ? `${text.slice(0, 39)}…` : text}\``;
  }

  function plain(node: AnyNode): string {
    return show(node).slice(1, -1);
  }

  function isRef<Node extends AnyNode>(
    node: Node | null | undefined,
  ): node is Node {
    return !!node && kindOf(node) === "ref";
  }

  function refuseValue(node: AnyNode, instead: string): void {
    report(
      node,
      `${show(node)} has no value yet: nothing has run while the flow is drawn. ${instead}`,
    );
  }

  function checkTest(test: AnyNode | null | undefined): void {
    if (isRef(test))
      refuseValue(
        test,
        `The test would always be true. Write \`when(${plain(test)}, () => ..., () => ...)\`.`,
      );
  }

  function checkLogical(
    node: Extract<AnyNode, { type: "LogicalExpression" }>,
  ): void {
    if (!isRef(node.left)) return;
    const left = plain(node.left);
    if (node.operator === "&&")
      refuseValue(
        node.left,
        `\`${left} && ...\` would always take the right side. Write \`when(${left}, () => ...)\`.`,
      );
    else
      refuseValue(
        node.left,
        `\`${left} ${node.operator} ...\` would never take the right side. Give the default in a task that takes \`${left}\`, or write \`when(...)\`.`,
      );
  }

  function checkUnary(
    node: Extract<AnyNode, { type: "UnaryExpression" }>,
  ): void {
    if (!isRef(node.argument)) return;
    const argument = plain(node.argument);
    if (node.operator === "!")
      refuseValue(
        node.argument,
        `\`!${argument}\` would always be false. Write \`when(${argument}, () => ..., () => ...)\`, or decide in a task.`,
      );
    else if (node.operator === "typeof")
      refuseValue(
        node.argument,
        `\`typeof ${argument}\` says nothing about the value. Look at it in a task that takes \`${argument}\`.`,
      );
    else if (node.operator === "delete")
      report(node, `A ref cannot be changed. Make the new value in a task.`);
    else if (node.operator !== "void")
      refuseValue(node.argument, "Compute with it in a task.");
  }

  function checkBinary(
    node: Extract<AnyNode, { type: "BinaryExpression" }>,
  ): void {
    const ref = [node.left, node.right].find(isRef);
    if (!ref) return;
    if (/^[!=]==?$/.test(node.operator))
      report(
        node,
        `${show(node)} compares a ref, which has no value yet: nothing has run while the flow is drawn. Write \`choose(${plain(ref)}, { ... })\`, or compare in a task that takes \`${plain(ref)}\`.`,
      );
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

  function checkCall(
    node: Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>,
  ): void {
    const { callee } = node;
    const name = languageName(callee);
    if (name === "task" || name === "resource")
      return report(
        node,
        `A ${name} cannot be defined in the body of a flow: workers find it by its top-level name. Define it at the top level of a cell, and call it here.`,
      );
    if (kindOf(callee) === "ref")
      return callee.type === "MemberExpression"
        ? checkMethod(callee)
        : report(
            node,
            `${show(callee)} is a ref and cannot be called. Pass it to a task.`,
          );
    checkImpure(node);
    const owner =
      callee.type === "MemberExpression"
        ? languageName(callee.object)
        : undefined;
    const isLog = name === "log" || owner === "console";
    const isShown = name === "display" || name === "table";
    const takesValues =
      (name !== undefined && valueFunctions.has(name)) ||
      (owner !== undefined && valueOwners.has(owner)) ||
      node.type === "NewExpression";
    if (!isLog && !isShown && !takesValues) return;
    for (const argument of node.arguments) {
      const listed =
        owner === "Promise" && argument.type === "ArrayExpression"
          ? argument.elements
          : [argument];
      for (const value of listed) {
        if (!isRef(value)) continue;
        if (isLog)
          report(
            value,
            `${show(value)} has no value yet, so nothing useful is logged. Log it in a task that takes it.`,
            "warning",
          );
        else if (isShown)
          refuseValue(value, "Display it in a task, or in a view cell.");
        else if (owner === "Promise")
          refuseValue(
            value,
            "Nothing is awaited in the body of a flow: pass the refs to a task, in a list if you like.",
          );
        else
          refuseValue(
            value,
            `\`${plain(callee)}(...)\` needs the value: call it in a task.`,
          );
      }
    }
  }

  function checkMethod(
    callee: Extract<AnyNode, { type: "MemberExpression" }>,
  ): void {
    const ref = plain(callee.object);
    const method = fieldName(callee) ?? "";
    if (method === "then" || method === "catch" || method === "finally")
      refuseValue(
        callee.object,
        "Nothing is awaited in the body of a flow: pass the ref to the task that needs its value.",
      );
    else if (method === "map" || method === "forEach" || method === "flatMap")
      refuseValue(
        callee.object,
        `To do something with each element, map a task over the list: \`someTask.map(${ref})\`.`,
      );
    else if (method === "flat")
      refuseValue(callee.object, `Write \`flatten(${ref})\`.`);
    else
      refuseValue(
        callee.object,
        `\`${plain(callee)}(...)\` needs the value: ${
          listMethods.has(method) ? "do that" : "call it"
        } in a task that takes \`${ref}\`.`,
      );
  }

  /** What gives something else each time makes another graph each time. */
  function checkImpure(
    node: Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>,
  ): void {
    const { callee } = node;
    const name =
      callee.type === "MemberExpression"
        ? `${languageName(callee.object) ?? ""}.${fieldName(callee) ?? ""}`
        : (languageName(callee) ?? "");
    const isImpure =
      node.type === "NewExpression"
        ? name === "Date" && node.arguments.length === 0
        : /^(Date\.now|Math\.random|performance\.now|crypto\.(randomUUID|getRandomValues)|fetch|setTimeout|setInterval)$/.test(
            name,
          );
    if (isImpure)
      report(
        node,
        `The body of a flow runs each time that its graph is drawn, so ${show(node)} does not belong here. Call it in a task${
          name === "fetch" ? ", or use fetchJson(...) and its like" : ""
        }.`,
        "warning",
      );
  }

  /** Defaults and rests in a pattern that unpacks a ref. */
  function checkPattern(pattern: AnyNode): void {
    if (pattern.type !== "ObjectPattern" && pattern.type !== "ArrayPattern")
      return;
    const parts: (AnyNode | null)[] =
      pattern.type === "ObjectPattern" ? pattern.properties : pattern.elements;
    for (const part of parts) {
      const value = part?.type === "Property" ? part.value : part;
      if (part?.type === "RestElement")
        report(
          part,
          "A ref cannot be taken apart into the rest of its fields: they are not known yet. Do that in a task.",
        );
      else if (value?.type === "AssignmentPattern")
        report(
          value,
          `The default ${show(value.right)} would never be used: a ref is always there, its value comes later. Give the default in a task.`,
        );
      if (value)
        checkPattern(value.type === "AssignmentPattern" ? value.left : value);
    }
  }

  function checkDrawing(node: AnyNode, owner: FunctionNode | undefined): void {
    switch (node.type) {
      case "IfStatement":
      case "ConditionalExpression":
      case "WhileStatement":
      case "DoWhileStatement":
      case "ForStatement":
        return checkTest(node.test);
      case "LogicalExpression":
        return checkLogical(node);
      case "UnaryExpression":
        return checkUnary(node);
      case "BinaryExpression":
        return checkBinary(node);
      case "SwitchStatement":
        if (isRef(node.discriminant))
          refuseValue(
            node.discriminant,
            `Write \`choose(${plain(node.discriminant)}, { name: () => ... })\` instead of switch.`,
          );
        return;
      case "ForOfStatement":
      case "ForInStatement":
        if (isRef(node.right))
          refuseValue(
            node.right,
            `It cannot be looped over. Map a task over it: \`someTask.map(${plain(node.right)})\`.`,
          );
        return;
      case "SpreadElement":
        if (isRef(node.argument))
          refuseValue(
            node.argument,
            "It cannot be spread. Pass it as a whole, and take it apart in a task.",
          );
        return;
      case "TemplateLiteral":
        for (const value of node.expressions) checkText(value);
        return;
      case "AwaitExpression":
        if (owner && refs.traced.has(owner))
          report(
            node,
            `Nothing is awaited in the body of a flow: no task has run yet. Take \`await\` and \`async\` out, and pass ${show(node.argument)} on to the task that needs its value.`,
          );
        return;
      case "AssignmentExpression":
        if (node.left.type === "MemberExpression" && isRef(node.left.object))
          report(
            node,
            "A ref cannot be changed. Make the new value in a task.",
          );
        else if (/^(&&|\|\||\?\?)=$/.test(node.operator) && isRef(node.left))
          refuseValue(node.left, "Decide in a task, or write `when(...)`.");
        else if (
          node.operator !== "=" &&
          (isRef(node.left) || isRef(node.right))
        )
          refuseValue(
            isRef(node.left) ? node.left : node.right,
            "Compute with it in a task.",
          );
        if (isRef(node.right)) checkPattern(node.left);
        return;
      case "UpdateExpression":
        if (isRef(node.argument))
          refuseValue(node.argument, "Compute with it in a task.");
        return;
      case "MemberExpression":
        if (node.computed && isRef(node.property as AnyNode))
          refuseValue(
            node.property as AnyNode,
            "Pick the element in a task that takes both.",
          );
        return;
      case "Property":
        if (node.computed && isRef(node.key))
          refuseValue(node.key, "Build the object in a task.");
        return;
      case "VariableDeclarator":
        if (node.init && isRef(node.init)) checkPattern(node.id);
        return;
      case "CallExpression":
      case "NewExpression":
        return checkCall(node);
    }
  }

  function checkText(value: AnyNode): void {
    if (isRef(value))
      refuseValue(value, "Put the text together in a task that takes it.");
  }

  function checkFunction(node: FunctionNode): void {
    if (!refs.traced.has(node)) return;
    if (node.generator)
      report(
        node,
        "The body of a flow cannot be a generator: it runs once, at once, to draw the graph. Make it a plain function.",
      );
    else if (node.async && !awaitsItself(node))
      problems.push({
        severity: "error",
        code: "flow-body",
        message:
          "The body of a flow is not async: nothing has run while it is drawn, so there is nothing to await. Take `async` out.",
        from: node.start,
        to: Math.min(node.end, node.start + "async".length),
      });
  }

  /** A call of a task that nobody waits for. */
  function checkStatement(
    node: Extract<AnyNode, { type: "ExpressionStatement" }>,
    where: Surroundings,
  ): void {
    if (where !== "cell" && where !== "task") return;
    if (!isRef(node.expression) || node === lastStatement) return;
    report(
      node,
      `${show(node.expression)} runs unattended here: nobody waits for it, and its errors are lost. Write \`await\` in front, or call it in the body of a flow.`,
      "warning",
    );
  }

  function checkUnnamed(node: AnyNode, where: Surroundings): void {
    if (node.type !== "CallExpression" || named.has(node)) return;
    if (where !== "cell" && where !== "task") return;
    const name = languageName(node.callee);
    if (name === "task" || name === "resource")
      report(
        node,
        `This ${name} has no name, so no worker can find it. Define it at the top level, as in \`const doIt = ${name}(...)\`.`,
        "warning",
      );
  }

  function visit(
    node: AnyNode,
    where: Surroundings,
    owner: FunctionNode | undefined,
  ): void {
    if (where === "drawing") checkDrawing(node, owner);
    else checkUnnamed(node, where);
    if (node.type === "ExpressionStatement") checkStatement(node, where);
    if (isFunction(node)) checkFunction(node);
    const inside = isFunction(node) ? surroundingsIn(node, where) : where;
    const inner = isFunction(node) ? node : owner;
    const isKnownTag =
      node.type === "TaggedTemplateExpression" && !isTextTag(node.tag);
    forEachChild<AnyNode>(node, (child, field) => {
      // Functions among the options of a task run later, and elsewhere.
      if (where === "drawing" && isOption(node, field)) return;
      if (isKnownTag && child.type === "TemplateLiteral")
        for (const value of child.expressions) visit(value, inside, inner);
      else visit(child, inside, inner);
    });
  }

  function surroundingsIn(
    node: FunctionNode,
    where: Surroundings,
  ): Surroundings {
    if (refs.traced.has(node)) return "drawing";
    if (refs.taskFunctions.has(node)) return "task";
    if (where === "drawing" || where === "task") return where;
    return node.async ? "task" : "function";
  }

  function isOption(node: AnyNode, field: string): boolean {
    if (node.type !== "CallExpression" || field !== "arguments") return false;
    const name = languageName(node.callee);
    return (
      name === "task" ||
      name === "resource" ||
      (node.callee.type === "MemberExpression" &&
        fieldName(node.callee) === "with" &&
        kindOf(node) === "task")
    );
  }

  /** Tags that make text of what stands in `${...}`; others are given the refs as they are. */
  function isTextTag(tag: AnyNode): boolean {
    const name = languageName(tag);
    return name === "html" || name === "svg" || name === "md";
  }

  const lastStatement = program.body.findLast(
    ({ type }) => type !== "EmptyStatement",
  );
  // A cell without flows and tasks has nothing to look at; most view cells are.
  if (scopes.references.length > 0) visit(program, "cell", undefined);
  return problems;
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

/** Calls whose value gets a top-level name. */
function findNamedCalls({ program, scopes }: CellScript): Set<AnyNode> {
  const named = new Set<AnyNode>();
  function add(node: AnyNode | null | undefined): void {
    switch (node?.type) {
      case "CallExpression":
        named.add(node);
        // A function may pass on what it is given.
        for (const argument of node.arguments) add(argument);
        break;
      case "ConditionalExpression":
        add(node.consequent);
        add(node.alternate);
        break;
      case "LogicalExpression":
        add(node.left);
        add(node.right);
        break;
      case "AwaitExpression":
        add(node.argument);
        break;
      case "AssignmentExpression":
        add(node.right);
        break;
    }
  }
  function visit(node: AnyNode): void {
    if (isFunction(node)) return;
    if (node.type === "VariableDeclarator") {
      if (scopes.bindings.get(node.id)?.isTop) add(node.init);
    } else if (
      node.type === "AssignmentExpression" &&
      scopes.bindings.get(node.left)?.isTop
    )
      add(node.right);
    forEachChild<AnyNode>(node, visit);
  }
  visit(program);
  return named;
}
