/**
 * Which expressions of a cell are refs, as far as that can be told from the text: what calls of tasks, `param`, `when` and
 * their like return, what is followed or unpacked from it, and the variables that hold it.
 */
import type { AnyNode } from "acorn";
import { freeName } from "./script.ts";
import type { CellScript } from "./script.ts";
import type { Binding } from "./scope.ts";
import { forEachChild, isFunction } from "./tree.ts";
import type { FunctionNode } from "./tree.ts";

/** A task (or what is called like one), a ref, or an object whose fields are refs. */
export type Kind = "task" | "ref" | "refs";

/** What a name that the cell does not define is to other cells: a task, something else, or (undefined) not theirs. */
export type ForeignKind = (name: string) => "task" | "value" | undefined;

const languageTasks = new Set(
  (
    "param when choose merge flatten approve ask sql load readText readBytes readJson readCsv readParquet readExcel " +
    "readSqlite fetchText fetchBytes fetchJson fetchCsv fetchParquet"
  ).split(" "),
);

/** What is known of the values in a cell. */
export interface RefAnalysis {
  kindOf(node: AnyNode): Kind | undefined;
  /** The name of the language that a callee is, if no cell has taken it for something else. */
  languageName(node: AnyNode): string | undefined;
  /** Functions whose calls in a flow body draw: bodies of flows, branches, and helpers that those call. */
  traced: ReadonlySet<FunctionNode>;
  /** The functions given to `task` and `resource`. */
  taskFunctions: ReadonlySet<FunctionNode>;
}

export function analyseRefs(
  script: CellScript,
  foreign: ForeignKind,
): RefAnalysis {
  const { scopes } = script;
  const kinds = new Map<Binding, Kind>();
  const functions = new Map<Binding, FunctionNode>();
  const traced = new Set<FunctionNode>();
  const taskFunctions = new Set<FunctionNode>();

  function languageName(node: AnyNode): string | undefined {
    const name = freeName(script, node);
    if (name === undefined || node.type !== "Identifier") return undefined;
    return script.imported.has(node.name) || !foreign(name) ? name : undefined;
  }

  function kindOf(node: AnyNode): Kind | undefined {
    switch (node.type) {
      case "Identifier": {
        const binding = scopes.bindings.get(node);
        if (binding) return kinds.get(binding);
        const name = languageName(node);
        if (name !== undefined)
          return languageTasks.has(name) ? "task" : undefined;
        return foreign(node.name) === "task" ? "task" : undefined;
      }
      case "ChainExpression":
        return kindOf(node.expression);
      case "MemberExpression": {
        const of = kindOf(node.object);
        if (of === "ref" || of === "refs") return "ref";
        return of === "task" && fieldName(node) === "map" ? "task" : undefined;
      }
      case "CallExpression": {
        const { callee } = node;
        const name = languageName(callee);
        if (name === "task" || name === "resource" || name === "flow")
          return "task";
        if (callee.type === "MemberExpression" && fieldName(callee) === "with")
          return kindOf(callee.object) === "task" ? "task" : undefined;
        return kindOf(callee) === "task" ? "ref" : undefined;
      }
      case "TaggedTemplateExpression":
        return kindOf(node.tag) === "task" ? "ref" : undefined;
      case "ConditionalExpression":
        return kindOf(node.consequent) ?? kindOf(node.alternate);
      case "LogicalExpression":
        return kindOf(node.right) ?? kindOf(node.left);
      case "AssignmentExpression":
        return node.operator === "=" ? kindOf(node.right) : undefined;
      case "SequenceExpression": {
        const last = node.expressions.at(-1);
        return last && kindOf(last);
      }
      case "ObjectExpression":
        return node.properties.length > 0 &&
          node.properties.every(
            (property) =>
              property.type === "Property" && kindOf(property.value) === "ref",
          )
          ? "refs"
          : undefined;
      default:
        return undefined;
    }
  }

  let isChanged = false;

  function bind(pattern: AnyNode, kind: Kind): void {
    switch (pattern.type) {
      case "Identifier": {
        const binding = scopes.bindings.get(pattern);
        if (!binding || kinds.has(binding)) return;
        kinds.set(binding, kind);
        isChanged = true;
        break;
      }
      case "AssignmentPattern":
        bind(pattern.left, kind);
        break;
      case "ObjectPattern":
        if (kind === "task") return;
        for (const property of pattern.properties)
          if (property.type === "Property") bind(property.value, "ref");
          else bind(property.argument, kind);
        break;
      case "ArrayPattern":
        if (kind === "task") return;
        for (const element of pattern.elements)
          if (element) bind(element, "ref");
        break;
      case "RestElement":
        bind(pattern.argument, "ref");
        break;
    }
  }

  /** Binds what a pattern takes from an expression; lists and objects that are written out give each name its own. */
  function unpack(pattern: AnyNode, value: AnyNode): void {
    if (pattern.type === "ArrayPattern" && value.type === "ArrayExpression") {
      for (const [index, element] of pattern.elements.entries()) {
        const item = value.elements[index];
        if (element && item && element.type !== "RestElement")
          unpack(element, item);
      }
      return;
    }
    if (pattern.type === "ObjectPattern" && value.type === "ObjectExpression") {
      for (const property of pattern.properties) {
        if (property.type !== "Property") continue;
        const item = value.properties.find(
          (each) =>
            each.type === "Property" && keyName(each) === keyName(property),
        );
        if (item?.type === "Property") unpack(property.value, item.value);
      }
      return;
    }
    const kind = kindOf(value);
    if (kind) bind(pattern, kind);
  }

  function name(id: AnyNode, node: FunctionNode): void {
    const binding = scopes.bindings.get(id);
    if (!binding || functions.has(binding)) return;
    functions.set(binding, node);
    isChanged = true;
  }

  /** The function that an expression is or names, if it can be seen. */
  function functionOf(node: AnyNode | undefined): FunctionNode | undefined {
    if (!node || isFunction(node)) return node;
    const binding = scopes.bindings.get(node);
    return binding && functions.get(binding);
  }

  function trace(node: AnyNode | undefined): void {
    const body = functionOf(node);
    if (body && !traced.has(body)) {
      traced.add(body);
      isChanged = true;
    }
  }

  function traceBranches(node: AnyNode | undefined): void {
    if (node?.type !== "ObjectExpression") return;
    for (const property of node.properties)
      if (property.type === "Property") trace(property.value);
  }

  function visit(node: AnyNode, isDrawn: boolean): void {
    switch (node.type) {
      case "VariableDeclarator": {
        if (isFunction(node.init)) name(node.id, node.init);
        if (node.init) unpack(node.id, node.init);
        break;
      }
      case "FunctionDeclaration":
        if (node.id) name(node.id, node);
        break;
      case "AssignmentExpression":
        if (node.operator === "=") unpack(node.left, node.right);
        break;
      case "CallExpression": {
        const [first, second, third] = node.arguments;
        switch (languageName(node.callee)) {
          case "flow": {
            trace(second);
            const parameter = functionOf(second)?.params[0];
            if (parameter) bind(parameter, "refs");
            break;
          }
          case "when":
            trace(second);
            trace(third);
            break;
          case "choose":
            traceBranches(second);
            traceBranches(third);
            break;
          case "task":
          case "resource":
            for (const each of [first, second]) {
              const body = functionOf(each);
              if (body) taskFunctions.add(body);
            }
            break;
          default: {
            // A helper that a flow body calls draws too. An async one cannot.
            const helper = isDrawn ? functionOf(node.callee) : undefined;
            if (helper && !helper.async) trace(helper);
          }
        }
        break;
      }
    }
    const inside = isFunction(node)
      ? traced.has(node) || (isDrawn && !taskFunctions.has(node))
      : isDrawn;
    forEachChild<AnyNode>(node, (child) => visit(child, inside));
  }

  // A variable may be used above its definition, so once is not always enough.
  for (let round = 0; round === 0 || (isChanged && round < 8); round += 1) {
    isChanged = false;
    visit(script.program, false);
  }
  return { kindOf, languageName, traced, taskFunctions };
}

/** The field that a member expression names; undefined when it is computed. */
export function fieldName(
  node: Extract<AnyNode, { type: "MemberExpression" }>,
): string | undefined {
  if (!node.computed && node.property.type === "Identifier")
    return node.property.name;
  if (
    node.property.type === "Literal" &&
    typeof node.property.value === "string"
  )
    return node.property.value;
  return undefined;
}

function keyName(
  node: Extract<AnyNode, { type: "Property" }>,
): string | undefined {
  if (node.computed) return undefined;
  if (node.key.type === "Identifier") return node.key.name;
  return node.key.type === "Literal" ? String(node.key.value) : undefined;
}
