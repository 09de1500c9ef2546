/**
 * Which expressions of a cell are refs, as far as that can be told from the text: what calls of tasks, `param`, `when` and
 * their like return, what is followed or unpacked from it, and the variables that hold it.
 *
 * First every variable that is given a ref anywhere counts as one, until no more are found; then those drop out that are also
 * given something else, since testing them may be meant (`let rows = null; if (isLarge) rows = sample()`), until all agree.
 */
import type { AnyNode } from "acorn";
import { findClasses } from "./lint/classes.ts";
import { elementKind } from "./lint/collections.ts";
import { createGivers } from "./lint/given.ts";
import type { Place } from "./lint/given.ts";
import type { JoinedCells } from "./lint/joined.ts";
import { createKinds } from "./lint/kinds.ts";
import type { ForeignKind, Kind, Kinds } from "./lint/kinds.ts";
import {
  findOverwritten,
  findReshaped,
  findRewritten,
} from "./lint/overwritten.ts";
import { keyName } from "./lint/parts.ts";
import { createPatterns, pairParts } from "./lint/patterns.ts";
import { findSignatures } from "./lint/signatures.ts";
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
  /** Whether an expression is what a function was given by its caller, part of that, or a field of a class. */
  isHandedOver(node: AnyNode): boolean;
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
  const overwritten = findOverwritten(programs, cells);
  const loopVariables = new Set<AnyNode>();
  const written = new Set(
    references.flatMap(({ isWrite, binding }) =>
      isWrite && binding ? [binding] : [],
    ),
  );
  const rewritten = findRewritten(programs, cells);
  const reshaped = findReshaped(programs, cells);
  const signatures = findSignatures(cells.scripts);
  const bound = (names: ReadonlySet<AnyNode>) =>
    new Set([...names].flatMap((name) => bindings.get(name) ?? []));
  const parameters = bound(signatures.names);
  const rests = bound(signatures.rests);
  const known = createKinds(cells, classes, foreign, {
    ...{ kinds, functions, values, rewritten, reshaped, rests },
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

  const { isLongerThan } = known;
  const patterns = createPatterns({
    ...{ kindOf, wholeOf, isLongerThan, bindings, assign },
  });
  const { take, unpack } = patterns;
  const { give, giveElements, letGo, giveField } = createGivers({
    ...{ known, classes, patterns, bindings, functions, assign, trace },
    optional: signatures.optional,
    isNarrowing: () => isNarrowing,
    noteChange: () => (isChanged = true),
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
      for (const [part, own] of pairParts(pattern, wholeOf(value), wholeOf) ??
        [])
        if (own) hold(part, own);
  }

  function nameFunction(id: AnyNode | null, node: AnyNode): void {
    const binding = id && bindings.get(id);
    if (!binding || !isFunction(node) || functions.has(binding)) return;
    if (written.has(binding)) return;
    functions.set(binding, node);
    isChanged = true;
  }

  function visitCall(
    { callee, arguments: given }: Extract<AnyNode, { type: "CallExpression" }>,
    place: Place,
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
        give(helper, given, place);
        if (place === "drawing") for (const each of given) traceCallback(each);
        if (callee.type === "MemberExpression") giveElements(callee, given);
        else if (!helper) given.forEach(letGo);
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

  function visit(node: AnyNode, place: Place): void {
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
        give(known.constructorOf(node.callee), node.arguments, place);
        break;
      case "CallExpression":
        visitCall(node, place);
        break;
      case "ArrayExpression":
      case "ObjectExpression":
        letGo(node);
        break;
    }
    const inside = isFunction(node) ? placeIn(node, place) : place;
    forEachChild<AnyNode>(node, (child) => visit(child, inside));
  }

  function placeIn(body: FunctionNode, around: Place): Place {
    if (traced.has(body)) return "drawing";
    if (taskFunctions.has(body)) return "task";
    if (around === "drawing" || around === "task") return around;
    return body.async ? "task" : "unknown";
  }

  /** Goes over the cell until nothing changes: a variable may be used above its definition. */
  function repeat(most: number): void {
    for (let round = 0; round === 0 || (isChanged && round < most); round++) {
      isChanged = false;
      known.forget();
      for (const program of programs) visit(program, "cell");
    }
    known.forget();
  }

  /** Whether something is one of these variables, or a part of it, or a variable that was defined by that. */
  function isOf(
    variables: ReadonlySet<Binding>,
    node: AnyNode,
    depth = 0,
  ): boolean {
    switch (node.type) {
      case "ThisExpression":
        return variables === parameters;
      case "CallExpression":
        return variables === flowParameters
          ? languageName(node.callee) === "param"
          : isOf(variables, node.callee, depth);
      case "MemberExpression":
        return isOf(variables, node.object, depth);
      case "Identifier": {
        const binding = bindings.get(node);
        if (!binding) return false;
        if (variables.has(binding)) return true;
        const origin = origins.get(binding);
        return !!origin && depth < 20 && isOf(variables, origin, depth + 1);
      }
      default:
        return false;
    }
  }

  repeat(8);
  isNarrowing = true;
  // Each round that changes something makes fewer of them.
  repeat(kinds.size + 1);
  for (const binding of flowParameters) parameters.delete(binding);
  return {
    ...{ ...known, cells, traced, taskFunctions },
    isParameter: (node) => isOf(flowParameters, node),
    isHandedOver: (node) => isOf(parameters, node),
  };
}
