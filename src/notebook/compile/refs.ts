/**
 * Which expressions of a cell are refs, as far as that can be told from the text: what calls of tasks, `param`, `when` and
 * their like return, what is followed or unpacked from it, and the variables that hold it.
 *
 * First every variable that is given a ref anywhere counts as one, until no more are found; then those drop out that are also
 * given something else, since testing them may be meant (`let rows = null; if (isLarge) rows = sample()`), until all agree.
 */
import type { AnyNode } from "acorn";
import { findClasses } from "./lint/classes.ts";
import {
  elementKind,
  elementMethods,
  foldingMethods,
} from "./lint/collections.ts";
import type { JoinedCells } from "./lint/joined.ts";
import { createKinds } from "./lint/kinds.ts";
import type { ForeignKind, Kind, Kinds } from "./lint/kinds.ts";
import { findOverwritten, findRewritten } from "./lint/overwritten.ts";
import { fieldName, keyName } from "./lint/parts.ts";
import { createPatterns, pairParts } from "./lint/patterns.ts";
import type { Binding } from "./scope.ts";
import { boundNames, forEachChild, isFunction } from "./tree.ts";
import type { FunctionNode } from "./tree.ts";

/** What is known of the values in a cell. */
export interface RefAnalysis extends Omit<Kinds, "forget"> {
  /** The cells that were read. */
  cells: JoinedCells;
  /** Functions whose calls in a flow body draw: bodies of flows, branches, and helpers that those call. */
  traced: ReadonlySet<FunctionNode>;
  /** The functions given to `task` and `resource`. */
  taskFunctions: ReadonlySet<FunctionNode>;
  /** Whether an expression is a parameter of a flow, or part of one: those are there when a run begins. */
  isParameter(node: AnyNode): boolean;
}

export function analyseRefs(
  cells: JoinedCells,
  foreign: ForeignKind,
): RefAnalysis {
  const { bindings, references } = cells;
  const programs = cells.scripts.map(({ program }) => program);
  const classes = findClasses(programs);
  const kinds = new Map<Binding, Kind>();
  const functions = new Map<Binding, FunctionNode>();
  const values = new Map<Binding, AnyNode>();
  /** What a variable, or the pattern that it stands in, was defined as. */
  const origins = new Map<Binding, AnyNode>();
  const traced = new Set<FunctionNode>();
  const taskFunctions = new Set<FunctionNode>();
  const flowParameters = new Set<Binding>();
  /** Parameters that are not always given the same function. */
  const various = new Set<Binding>();
  const overwritten = findOverwritten(programs, cells);
  const loopVariables = new Set<AnyNode>();
  const written = new Set(
    references.flatMap(({ isWrite, binding }) =>
      isWrite && binding ? [binding] : [],
    ),
  );
  const rewritten = findRewritten(programs, cells);
  const known = createKinds(cells, classes, foreign, {
    ...{ kinds, functions, values, rewritten },
  });
  const { kindOf, languageName, functionOf, wholeOf } = known;
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

  const { take, unpack } = createPatterns({
    ...{ kindOf, wholeOf, bindings, assign },
  });

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
        if (binding && !written.has(binding)) origins.set(binding, init);
      }
      hold(id, init);
      unpack(id, init, true);
    } else if (!loopVariables.has(id)) take(id, undefined, true);
  }

  /** Remembers what the names of a pattern are, as far as it is written out. */
  function hold(pattern: AnyNode, value: AnyNode): void {
    nameFunction(pattern, value);
    if (pattern.type === "Identifier") {
      const binding = bindings.get(pattern);
      if (!binding || written.has(binding)) return;
      isChanged ||= !values.has(binding);
      values.set(binding, value);
    } else if (
      pattern.type === "ObjectPattern" ||
      pattern.type === "ArrayPattern"
    )
      for (const [part, own] of pairParts(pattern, wholeOf(value)) ?? [])
        if (own) hold(part, own);
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
        give(functionOf(callee), given, isDrawn);
        if (isDrawn) for (const each of given) traceCallback(each);
        if (callee.type === "MemberExpression") giveElements(callee, given);
      }
    }
  }

  /** A function that is handed on by its name is called where it is handed to. */
  function traceCallback(given: AnyNode): void {
    if (given.type !== "Identifier" && given.type !== "MemberExpression")
      return;
    const body = functionOf(given);
    if (body && !body.async && !taskFunctions.has(body)) trace(body);
  }

  /** What a call gives the parameters of a function. */
  function give(
    helper: FunctionNode | undefined,
    given: readonly AnyNode[],
    isDrawn: boolean,
  ): void {
    if (!helper) return;
    // A helper that a flow body calls draws too. An async one cannot.
    if (isDrawn && !helper.async) trace(helper);
    const isClear = !given.some(({ type }) => type === "SpreadElement");
    for (const [index, parameter] of helper.params.entries()) {
      if (parameter.type === "RestElement") {
        const rest = isClear ? given.slice(index).map(kindOf) : [];
        const isList = rest.length > 0 && rest.every((kind) => kind === "ref");
        if (isDrawn) take(parameter.argument, isList ? "list" : undefined);
        continue;
      }
      const value = isClear ? given[index] : undefined;
      const kind = value && kindOf(value);
      // There are no refs where nothing is drawn, so what is given there is no reason to test for them.
      if (isDrawn || kind === "task" || kind === "flow") take(parameter, kind);
      giveFunction(parameter, value);
    }
  }

  /** A parameter that is always given one function is that function. */
  function giveFunction(parameter: AnyNode, value: AnyNode | undefined): void {
    const binding = bindings.get(parameter);
    if (!binding || various.has(binding)) return;
    const body = functionOf(value);
    const before = functions.get(binding);
    if (before === body) return;
    if (!before && body) functions.set(binding, body);
    else {
      functions.delete(binding);
      various.add(binding);
    }
    isChanged = true;
  }

  /** What methods of a collection give the function that they call with each element. */
  function giveElements(
    {
      object,
      property,
      computed,
    }: Extract<AnyNode, { type: "MemberExpression" }>,
    [first, second]: readonly AnyNode[],
  ): void {
    const method =
      !computed && property.type === "Identifier" ? property.name : "";
    const isFolding = foldingMethods.has(method);
    if (!isFolding && !elementMethods.has(method)) return;
    const of = kindOf(object);
    const body = functionOf(first);
    if (!of || !body) return;
    const [one, other] = body.params;
    const element = of === "map" ? "ref" : elementKind(of);
    if (!isFolding) {
      if (one && element) take(one, element);
      return;
    }
    if (other && element) take(other, element);
    if (!one || !element) return;
    take(one, second ? kindOf(second) : element);
    take(one, known.returnedKind(body));
  }

  /** A field of a class that is given something. */
  function giveField(
    target: Extract<AnyNode, { type: "MemberExpression" }>,
    value: AnyNode,
  ): void {
    const owner = known.classOf(target.object);
    const field = fieldName(target);
    if (owner && field !== undefined)
      assign(classes.fieldOf(owner, field), kindOf(value), false);
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
        if (node.operator !== "=") break;
        unpack(node.left, node.right, false);
        if (node.left.type === "MemberExpression")
          giveField(node.left, node.right);
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
        take(target, isOf ? elementKind(kindOf(node.right)) : undefined);
        break;
      }
      case "ClassDeclaration":
      case "ClassExpression":
        for (const member of node.body.body)
          if (member.type === "PropertyDefinition" && member.value) {
            const name = keyName(member);
            if (name !== undefined && !member.static)
              assign(classes.fieldOf(node, name), kindOf(member.value), true);
          }
        break;
      case "NewExpression":
        give(known.constructorOf(node.callee), node.arguments, isDrawn);
        break;
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
      for (const program of programs) visit(program, false);
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
  return { ...known, cells, traced, taskFunctions, isParameter };
}
