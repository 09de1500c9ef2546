/**
 * Which expressions of a cell are refs, as far as that can be told from the text: what calls of tasks, `param`, `when` and
 * their like return, what is followed or unpacked from it, and the variables that hold it.
 *
 * First every variable that is given a ref anywhere counts as one, until no more are found; then those drop out that are also
 * given something else, since testing them may be meant (`let rows = null; if (isLarge) rows = sample()`), until all agree.
 */
import type { AnyNode } from "acorn";
import { createKinds } from "./lint/kinds.ts";
import type { ForeignKind, Kind, Kinds } from "./lint/kinds.ts";
import { findOverwritten, findRewritten } from "./lint/overwritten.ts";
import { fieldName } from "./lint/parts.ts";
import { createPatterns } from "./lint/patterns.ts";
import type { CellScript } from "./script.ts";
import type { Binding } from "./scope.ts";
import { boundNames, forEachChild, isFunction } from "./tree.ts";
import type { FunctionNode } from "./tree.ts";

/** What is known of the values in a cell. */
export interface RefAnalysis extends Omit<Kinds, "forget"> {
  /** Functions whose calls in a flow body draw: bodies of flows, branches, and helpers that those call. */
  traced: ReadonlySet<FunctionNode>;
  /** The functions given to `task` and `resource`. */
  taskFunctions: ReadonlySet<FunctionNode>;
  /** Whether an expression is a parameter of a flow, or part of one: those are there when a run begins. */
  isParameter(node: AnyNode): boolean;
}

const elementMethods = new Set(
  "map forEach filter flatMap find findIndex some every".split(" "),
);

export function analyseRefs(
  script: CellScript,
  foreign: ForeignKind,
): RefAnalysis {
  const { bindings, references } = script.scopes;
  const kinds = new Map<Binding, Kind>();
  const functions = new Map<Binding, FunctionNode>();
  const values = new Map<Binding, AnyNode>();
  /** What a variable, or the pattern that it stands in, was defined as. */
  const origins = new Map<Binding, AnyNode>();
  const traced = new Set<FunctionNode>();
  const taskFunctions = new Set<FunctionNode>();
  const flowParameters = new Set<Binding>();
  const overwritten = findOverwritten(script.program, script.scopes);
  const loopVariables = new Set<AnyNode>();
  const written = new Set(
    references.flatMap(({ isWrite, binding }) =>
      isWrite && binding ? [binding] : [],
    ),
  );
  const rewritten = findRewritten(script.program, script.scopes);
  const known = createKinds(script, foreign, {
    ...{ kinds, functions, values, rewritten },
  });
  const { kindOf, languageName, functionOf } = known;
  let isChanged = false;
  let isNarrowing = false;

  function assign(
    binding: Binding,
    kind: Kind | undefined,
    isInitial: boolean,
  ): void {
    const before = kinds.get(binding);
    if (before === kind) return;
    if (isNarrowing) {
      if (!before || (isInitial && overwritten.has(binding))) return;
      kinds.delete(binding);
    } else {
      if (before || !kind) return;
      kinds.set(binding, kind);
    }
    isChanged = true;
  }

  const { take, unpack } = createPatterns({ kindOf, bindings, assign });

  function trace(node: AnyNode | undefined): void {
    const body = functionOf(node);
    if (!body || traced.has(body)) return;
    traced.add(body);
    isChanged = true;
  }

  function traceBranches(node: AnyNode | undefined): void {
    const branches = node && known.valueOf(node);
    if (branches?.type !== "ObjectExpression") return;
    for (const property of branches.properties)
      if (property.type === "Property") trace(property.value);
  }

  function define({
    id,
    init,
  }: Extract<AnyNode, { type: "VariableDeclarator" }>): void {
    if (init) {
      for (const name of boundNames(id)) {
        const binding = bindings.get(name);
        if (!binding || written.has(binding)) continue;
        origins.set(binding, init);
        if (id === name) values.set(binding, init);
      }
      nameFunction(id, init);
      unpack(id, init, true);
    } else if (!loopVariables.has(id)) take(id, undefined, true);
  }

  function nameFunction(id: AnyNode | null, node: AnyNode): void {
    const binding = id && bindings.get(id);
    if (!binding || !isFunction(node) || functions.has(binding)) return;
    functions.set(binding, node);
    isChanged = true;
  }

  function visitCall(
    { callee, arguments: given }: Extract<AnyNode, { type: "CallExpression" }>,
    isDrawn: boolean,
  ): void {
    const [first, second, third] = given;
    switch (languageName(callee)) {
      case "flow": {
        trace(second);
        const parameter = functionOf(second)?.params[0];
        if (!parameter) break;
        take(parameter, "refs");
        for (const name of boundNames(parameter)) {
          const binding = bindings.get(name);
          if (binding) flowParameters.add(binding);
        }
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
        const helper = functionOf(callee);
        // A helper that a flow body calls draws too. An async one cannot.
        if (isDrawn && helper && !helper.async) trace(helper);
        const isClear = !given.some(({ type }) => type === "SpreadElement");
        for (const [index, parameter] of helper?.params.entries() ?? []) {
          const value = isClear ? given[index] : undefined;
          take(parameter, value && kindOf(value));
        }
        if (
          callee.type === "MemberExpression" &&
          elementMethods.has(fieldName(callee) ?? "") &&
          kindOf(callee.object) === "list"
        ) {
          const parameter = functionOf(first)?.params[0];
          if (parameter) take(parameter, "ref");
        }
      }
    }
  }

  function visit(node: AnyNode, isDrawn: boolean): void {
    switch (node.type) {
      case "VariableDeclarator":
        define(node);
        break;
      case "FunctionDeclaration":
        nameFunction(node.id, node);
        break;
      case "AssignmentExpression":
        if (node.operator === "=") unpack(node.left, node.right, false);
        break;
      case "ForOfStatement":
      case "ForInStatement": {
        const target =
          node.left.type === "VariableDeclaration"
            ? node.left.declarations[0]?.id
            : node.left;
        if (!target) break;
        loopVariables.add(target);
        const isOf = node.type === "ForOfStatement";
        take(target, isOf && kindOf(node.right) === "list" ? "ref" : undefined);
        break;
      }
      case "CallExpression":
        visitCall(node, isDrawn);
        break;
    }
    const inside = isFunction(node)
      ? traced.has(node) || (isDrawn && !taskFunctions.has(node))
      : isDrawn;
    forEachChild<AnyNode>(node, (child) => visit(child, inside));
  }

  /** Goes over the cell until nothing changes: a variable may be used above its definition. */
  function repeat(most: number): void {
    for (let round = 0; round === 0 || (isChanged && round < most); round++) {
      isChanged = false;
      known.forget();
      visit(script.program, false);
    }
    known.forget();
  }

  function isParameter(node: AnyNode, depth = 0): boolean {
    switch (node.type) {
      case "CallExpression":
        return languageName(node.callee) === "param";
      case "MemberExpression":
        return isParameter(node.object, depth);
      case "Identifier": {
        const binding = bindings.get(node);
        if (!binding) return false;
        if (flowParameters.has(binding)) return true;
        const origin = origins.get(binding);
        return !!origin && depth < 20 && isParameter(origin, depth + 1);
      }
      default:
        return false;
    }
  }

  repeat(8);
  isNarrowing = true;
  // Each round that changes something makes fewer of them.
  repeat(kinds.size + 1);
  return { ...known, traced, taskFunctions, isParameter };
}
