/**
 * What a unit of a cell does to names other than to define them: `config.x = 1`, `rows.push(...)`, and the same in a function
 * that it calls. Only what can be followed by names is found: not what an alias changes, nor the method of an object.
 */
import type { AnyNode } from "acorn";
import type { Binding, ScopeAnalysis } from "./scope.ts";
import { forEachChild, isFunction } from "./tree.ts";
import type { FunctionNode } from "./tree.ts";

/** A call of a function by its name, and what it is given: top-level names, or parameters of the function that calls. */
export interface Call {
  name: string;
  given: readonly (string | number | undefined)[];
}

/** What is done when a function is called. */
export interface FunctionEffects {
  /** Top-level names whose value it changes. */
  changes: readonly string[];
  /** Which of its parameters it changes. */
  parameters: readonly number[];
  calls: readonly Call[];
}

/** What is done when a unit is evaluated, and, if it defines a function, when that is called. */
export interface UnitEffects {
  changes: readonly string[];
  calls: readonly Call[];
  whenCalled?: FunctionEffects;
}

/** Methods of the language's own objects that change the object. */
const changingMethods = words(
  "push pop shift unshift splice sort reverse fill copyWithin set add delete clear append",
);

/** Functions that change their first argument. */
const changingFunctions =
  /^(?:Object|Reflect)\.(?:assign|definePropert(?:y|ies)|set|setPrototypeOf|deleteProperty|freeze)$/;

/** Methods that call what they are given at once. */
const callingMethods = words(
  "map forEach filter flatMap reduce reduceRight find findIndex findLast findLastIndex some every sort toSorted from fromAsync groupBy replace replaceAll then catch finally",
);

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}

/** Finds what a unit does; `shown` is the statement whose value the cell shows, if it does. */
export function findEffects(
  unit: AnyNode,
  scopes: ScopeAnalysis,
  shown: AnyNode | undefined,
): UnitEffects {
  const isDefinition =
    unit.type === "VariableDeclarator" ||
    unit.type === "FunctionDeclaration" ||
    unit.type === "ClassDeclaration";
  // A function that a definition holds changes something when it is called, not when it is defined.
  const { changes, calls } = follow(unit, scopes, shown, !isDefinition);
  const defined = unit.type === "VariableDeclarator" ? unit.init : unit;
  return {
    changes,
    calls,
    ...(isDefinition &&
      isFunction(defined) && { whenCalled: effectsOf(defined, scopes) }),
  };
}

function effectsOf(
  { params, body }: FunctionNode,
  scopes: ScopeAnalysis,
): FunctionEffects {
  const parameters = new Map<Binding, number>();
  for (const [index, parameter] of params.entries()) {
    const binding = scopes.bindings.get(parameter);
    if (binding) parameters.set(binding, index);
  }
  return follow(body, scopes, undefined, false, parameters);
}

/** Goes over code; `isInEach` says whether functions count that it only holds. */
function follow(
  root: AnyNode,
  scopes: ScopeAnalysis,
  shown: AnyNode | undefined,
  isInEach: boolean,
  parameters: ReadonlyMap<Binding, number> = new Map(),
): FunctionEffects {
  const changes = new Set<string>();
  const changed = new Set<number>();
  const calls: Call[] = [];
  const calledAtOnce = new Set<AnyNode>();

  /** The top-level name, or the parameter, that an expression is or is a part of. */
  function placeOf(node: AnyNode | undefined): string | number | undefined {
    let whole = node;
    while (
      whole?.type === "MemberExpression" ||
      whole?.type === "ChainExpression"
    )
      whole =
        whole.type === "MemberExpression" ? whole.object : whole.expression;
    if (whole?.type !== "Identifier") return undefined;
    const binding = scopes.bindings.get(whole);
    return !binding || binding.isTop ? whole.name : parameters.get(binding);
  }

  function change(target: AnyNode | undefined): void {
    const place = placeOf(target);
    if (typeof place === "string") changes.add(place);
    // A parameter that is given another value leaves what it was given as it is.
    else if (place !== undefined && target?.type !== "Identifier")
      changed.add(place);
  }

  function changeObject(object: AnyNode | undefined): void {
    const place = placeOf(object);
    if (typeof place === "string") changes.add(place);
    else if (place !== undefined) changed.add(place);
  }

  function visitCall(
    { callee, arguments: given }: Extract<AnyNode, { type: "CallExpression" }>,
    isDirect: boolean,
  ): void {
    if (isFunction(callee)) calledAtOnce.add(callee);
    if (callee.type === "Identifier") {
      const name = placeOf(callee);
      if (isDirect && typeof name === "string")
        calls.push({ name, given: given.map(placeOf) });
      return;
    }
    if (callee.type !== "MemberExpression" || callee.computed) return;
    if (callee.property.type !== "Identifier") return;
    const { object, property } = callee;
    if (callingMethods.has(property.name))
      for (const each of given) if (isFunction(each)) calledAtOnce.add(each);
    if (changingMethods.has(property.name)) changeObject(object);
    if (
      object.type === "Identifier" &&
      changingFunctions.test(`${object.name}.${property.name}`)
    )
      changeObject(given[0]);
  }

  function visit(node: AnyNode, isDirect: boolean): void {
    let isDirectInside = isDirect;
    if (isFunction(node) && !calledAtOnce.has(node)) {
      if (!isInEach) return;
      isDirectInside = false;
    }
    switch (node.type) {
      case "AssignmentExpression":
        for (const target of assignedTargets(node.left)) change(target);
        break;
      case "UpdateExpression":
        change(node.argument);
        break;
      case "UnaryExpression":
        if (node.operator === "delete") change(node.argument);
        break;
      case "ForInStatement":
      case "ForOfStatement":
        if (node.left.type !== "VariableDeclaration")
          for (const target of assignedTargets(node.left)) change(target);
        break;
      case "ExpressionStatement": {
        if (node === shown) break;
        // The value of the call is not used, so it is made for its effect.
        const call =
          node.expression.type === "AwaitExpression"
            ? node.expression.argument
            : node.expression;
        if (call.type === "CallExpression" && isOwnMethod(call.callee, scopes))
          change(call.callee);
        break;
      }
      case "CallExpression":
        visitCall(node, isDirect);
        break;
    }
    forEachChild<AnyNode>(node, (child) => visit(child, isDirectInside));
  }
  visit(root, true);
  return { changes: [...changes], parameters: [...changed], calls };
}

/** Whether a callee is a method of something that this cell defines: methods of `console` or `db` change no name. */
function isOwnMethod(callee: AnyNode, scopes: ScopeAnalysis): boolean {
  let root = callee;
  while (root.type === "MemberExpression") root = root.object;
  return (
    callee.type === "MemberExpression" &&
    root.type === "Identifier" &&
    scopes.bindings.get(root)?.isTop === true
  );
}

function assignedTargets(pattern: AnyNode): AnyNode[] {
  switch (pattern.type) {
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        assignedTargets(
          property.type === "RestElement" ? property.argument : property.value,
        ),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) =>
        element ? assignedTargets(element) : [],
      );
    case "AssignmentPattern":
      return assignedTargets(pattern.left);
    case "RestElement":
      return assignedTargets(pattern.argument);
    default:
      return [pattern];
  }
}

/** A unit as far as calls can be followed. */
interface CallingUnit {
  defines: readonly string[];
  calls?: readonly Call[];
  whenCalled?: FunctionEffects;
}

/** Gives what tells the names that a unit changes by what it calls, in whatever cell that is defined. */
export function changesByCalls(
  units: readonly CallingUnit[],
): (unit: CallingUnit) => Set<string> {
  const functions = new Map<string, FunctionEffects>();
  for (const { defines, whenCalled } of units)
    if (whenCalled) for (const name of defines) functions.set(name, whenCalled);

  return ({ calls = [] }) => {
    const changes = new Set<string>();
    const done = new Set<string>();
    function call({ name, given }: Call): void {
      const called = functions.get(name);
      const key = JSON.stringify([name, given]);
      if (!called || done.has(key)) return;
      done.add(key);
      for (const each of called.changes) changes.add(each);
      for (const index of called.parameters) {
        const place = given[index];
        if (typeof place === "string") changes.add(place);
      }
      for (const inner of called.calls)
        call({
          name: inner.name,
          given: inner.given.map((each) =>
            typeof each === "number" ? given[each] : each,
          ),
        });
    }
    calls.forEach(call);
    return changes;
  };
}
