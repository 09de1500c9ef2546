/**
 * Whose value an expression may be, or be a part of: of `const { list } = config`, `list` is a part of `config`, and so is each
 * `row` of `for (const row of list)`. What is put into something later (`config.list = rows`) is in effects.ts.
 */
import type { AnyNode } from "acorn";
import { calleeOf, givenTo, isCall, methodOf } from "./calls.ts";
import type { CallNode } from "./calls.ts";
import type { Binding, ScopeAnalysis } from "./scope.ts";
import { boundNames, forEachChild, isFunction } from "./tree.ts";
import type { FunctionNode } from "./tree.ts";
import { nameOf, sharedVariables } from "./unnamed.ts";
import { wordSet } from "./wordSet.ts";

/** A top-level name, or one of `unnamed.ts`, what a function is given (the index of its parameter, or `itself`), or what a call gives. */
export type Place = string | number | Call;

/** The place of `this` in a method. */
export const itself = -1;

/** A call of what can be found by a name. */
export interface Call {
  /** The function, or what has the method. */
  of: Place;
  /** `constructor` where a class is called with `new`; empty where any of its methods may be meant. */
  method?: string;
  /** What each argument may be or be a part of. */
  given: readonly (readonly Place[])[];
  /** What the method is called on. */
  on?: readonly Place[];
  /** Whether nobody uses its value, so that it is made for what it does. */
  isForEffect?: boolean;
}

/** Answers about the expressions of a piece of code. */
export interface Places {
  of(node: AnyNode | undefined): readonly Place[];
  /** What a call calls, in each way that it can be found. */
  callsOf(node: CallNode): readonly Call[];
  /** What a method of an object is where no call is written. */
  callsOn(object: AnyNode, method: string, given?: AnyNode): readonly Call[];
  /** Functions that are called where they stand. */
  calledAtOnce: ReadonlySet<AnyNode>;
  /** What the variables of the code are given, anywhere. */
  sources: ReadonlyMap<Binding, AnyNode[]>;
  parameters: ReadonlyMap<Binding, number>;
}

/** Methods that call what they are given at once, with what they are called on. */
const callingMethods = wordSet(
  "map forEach filter flatMap reduce reduceRight find findIndex findLast findLastIndex some every sort toSorted from fromAsync groupBy replace replaceAll then catch finally",
);

/** Methods that give what they are called on, or parts of it. */
const givingMethods = wordSet(
  "at get find findLast filter slice splice concat flat flatMap map reduce reduceRight with pop shift sort reverse fill toSorted toReversed toSpliced values entries next then catch finally bind",
);

/** Functions that give what they are given, or parts of it. */
const givingFunctions =
  /^(?:Object\.(?:assign|values|entries|fromEntries|groupBy|freeze|seal|create|defineProperty)|Array\.(?:from|of)|Promise\.(?:all|resolve|race|any|allSettled)|Map\.groupBy)$/;

/** The same, of those that are called with `new`. */
const givingClasses = wordSet("Map Set WeakMap WeakSet Array Proxy");

/** How many expressions a value is followed through: enough for any real one, and no time for what a machine wrote. */
const mostSources = 300;

/** How many of the calls within what a call is given are looked at one by one. */
const mostInner = 20;

/** How many arguments are looked at of functions that name none. */
const mostArguments = 4;

/** Methods of functions that call them. */
const functionMethods = wordSet("call apply bind");

/** Whether a method calls functions with parts of what it is called on, and does nothing else with that. */
export function isCallingMethod(name: string): boolean {
  return callingMethods.has(name);
}

/** The function whose body code is, and what is known of the code around it. */
export interface Owner {
  node: FunctionNode;
  outer: Places | undefined;
}

/** Looks at code. */
export function findPlaces(
  root: AnyNode,
  scopes: ScopeAnalysis,
  owner?: Owner,
): Places {
  const outer = owner?.outer;
  /** Those of a function within another one and of that one are told by their place alone. */
  const parameters = new Map(outer?.parameters);
  const sources = new Map(outer?.sources);
  const functions = new Map<Binding, FunctionNode>();
  const calledAtOnce = new Set<AnyNode>();
  const shared = sharedVariables(scopes);
  const known = new Map<AnyNode, readonly Place[]>();
  const outerCalls = new Map<CallNode, readonly Call[]>();
  const innerCalls = new Map<CallNode, readonly Call[]>();

  function give(pattern: AnyNode | undefined, source: AnyNode): void {
    if (!pattern) return;
    for (const name of boundNames(pattern)) {
      const binding = scopes.bindings.get(name);
      if (!binding || binding.isTop) continue;
      const others = sources.get(binding);
      if (others) others.push(source);
      else sources.set(binding, [source]);
    }
  }

  function giveDefaults({ params }: FunctionNode): void {
    for (const parameter of params)
      if (parameter.type === "AssignmentPattern")
        give(parameter.left, parameter.right);
  }

  function nameFunction(id: AnyNode | null, node: AnyNode | null): void {
    const binding = id && scopes.bindings.get(id);
    if (binding && !binding.isTop && isFunction(node))
      functions.set(binding, node);
  }

  function functionOf(node: AnyNode): FunctionNode | undefined {
    if (isFunction(node)) return node;
    const binding = scopes.bindings.get(node);
    return binding && functions.get(binding);
  }

  function collectNames(node: AnyNode): void {
    switch (node.type) {
      case "VariableDeclarator":
        nameFunction(node.id, node.init ?? null);
        if (node.init) give(node.id, node.init);
        break;
      case "FunctionDeclaration":
        nameFunction(node.id, node);
        if (node.id) give(node.id, node);
        break;
      case "AssignmentExpression":
        give(node.left, node.right);
        break;
      case "ForOfStatement":
        give(
          node.left.type === "VariableDeclaration"
            ? node.left.declarations[0]?.id
            : node.left,
          node.right,
        );
        break;
    }
    forEachChild<AnyNode>(node, collectNames);
  }

  function collectCalls(node: AnyNode): void {
    if (isFunction(node)) giveDefaults(node);
    if (node.type === "CallExpression") {
      const { callee, arguments: given } = node;
      const called = functionOf(callee);
      if (called) {
        calledAtOnce.add(called);
        for (const [index, parameter] of called.params.entries())
          if (given[index]) give(parameter, given[index]);
      } else if (isCallingMethod(methodOf(callee) ?? ""))
        for (const each of given) {
          const passed = functionOf(each);
          if (!passed) continue;
          calledAtOnce.add(passed);
          for (const parameter of passed.params)
            for (const source of [callee, ...given])
              if (source !== each) give(parameter, source);
        }
    }
    forEachChild<AnyNode>(node, collectCalls);
  }

  function placesOf(node: AnyNode | null | undefined): readonly Place[] {
    if (!node) return [];
    let found = known.get(node);
    if (!found) {
      const { names, calls } = trace(node);
      found = [...names, ...calls.flatMap((call) => callsOf(call))];
      known.set(node, found);
    }
    return found;
  }

  /**
   * Goes from an expression to all that its value may come from. Each expression is gone over once, since variables may be given
   * what is made of themselves.
   */
  function trace(
    start: AnyNode,
    isCoarse = false,
  ): {
    names: readonly (string | number)[];
    calls: readonly CallNode[];
  } {
    const names = new Set<string | number>();
    const calls: CallNode[] = [];
    const nodes = new Set([start]);
    for (const node of nodes) {
      if (nodes.size > mostSources) break;
      if (node.type === "Identifier") {
        const binding = scopes.bindings.get(node);
        if (!binding && node.name === "arguments")
          for (let index = 0; index < mostArguments; index++) names.add(index);
        else if (!binding || binding.isTop) names.add(node.name);
        else {
          const index = parameters.get(binding);
          if (index !== undefined) names.add(index);
          if (shared.has(binding)) names.add(nameOf(binding));
          for (const source of sources.get(binding) ?? []) nodes.add(source);
        }
      } else if (node.type === "ThisExpression" || node.type === "Super")
        names.add(itself);
      else if (isFunction(node)) names.add(nameOf(node));
      else {
        for (const source of sourcesOf(node)) if (source) nodes.add(source);
        if (!isCall(node)) continue;
        calls.push(node);
        if (!isCoarse) continue;
        for (const each of givenTo(node)) nodes.add(each);
        const callee = calleeOf(node);
        if (callee.type === "MemberExpression") nodes.add(callee.object);
      }
    }
    return { names: [...names], calls };
  }

  /** The expressions within another one that it is, or is a part of. */
  function sourcesOf(node: AnyNode): readonly (AnyNode | null | undefined)[] {
    switch (node.type) {
      case "MemberExpression":
        return [node.object];
      case "ChainExpression":
        return [node.expression];
      case "AwaitExpression":
      case "SpreadElement":
        return [node.argument];
      case "ConditionalExpression":
        return [node.consequent, node.alternate];
      case "LogicalExpression":
        return [node.left, node.right];
      case "AssignmentExpression":
        return [node.right];
      case "SequenceExpression":
        return node.expressions.slice(-1);
      case "ArrayExpression":
        return node.elements;
      case "ObjectExpression":
        return node.properties.map((property) =>
          property.type === "Property" ? property.value : property,
        );
      case "ClassDeclaration":
      case "ClassExpression":
        return [
          node.superClass,
          ...node.body.body.map((member) =>
            member.type === "PropertyDefinition" && !isFunction(member.value)
              ? member.value
              : undefined,
          ),
        ];
      case "NewExpression":
        return isGivingClass(node.callee) ? node.arguments : [];
      case "CallExpression": {
        const { callee } = node;
        const method = methodOf(callee) ?? "";
        if (callee.type !== "MemberExpression") return [];
        if (
          callee.object.type === "Identifier" &&
          givingFunctions.test(`${callee.object.name}.${method}`)
        )
          return node.arguments;
        return givingMethods.has(method) ? [callee.object] : [];
      }
      default:
        return [];
    }
  }

  function callsOf(node: CallNode, isInner = false): readonly Call[] {
    const calls = isInner ? innerCalls : outerCalls;
    let found = calls.get(node);
    if (!found) {
      found = findCalls(node, isInner);
      calls.set(node, found);
    }
    return found;
  }

  function findCalls(node: CallNode, isInner: boolean): Call[] {
    const callee = calleeOf(node);
    const given = givenTo(node).map((each) => placesGiven(each, isInner));
    if (callee.type !== "MemberExpression") {
      const { names, calls } = trace(callee);
      const called = [...names, ...(isInner ? [] : calls.flatMap(innerOf))];
      if (node.type !== "NewExpression")
        return called.map((of) => ({ of, given }));
      return names.map((of) => ({ of, method: "constructor", given }));
    }
    if (node.type === "NewExpression") return [];
    return methodsCalled(callee.object, methodOf(callee) ?? "", given, isInner);
  }

  function methodsCalled(
    object: AnyNode,
    method: string,
    given: readonly (readonly Place[])[],
    isInner: boolean,
  ): Call[] {
    const { names, calls } = trace(object);
    const made = isInner
      ? calls.flatMap((call) =>
          calleeOf(call).type === "Identifier" ? innerOf(call) : [],
        )
      : calls.flatMap(innerOf);
    const owners = [...names, ...made];
    const found: Call[] = owners.map((of) => ({
      ...{ of, method, given },
      on: isInner ? names : owners,
    }));
    if (!functionMethods.has(method)) return found;
    // Which of them is which parameter does not matter much.
    const all = given.flat();
    return [...found, ...owners.map((of) => ({ of, given: [all, all, all] }))];
  }

  function innerOf(call: CallNode): readonly Call[] {
    return callsOf(call, true);
  }

  /** What an argument may be. Calls within it are followed once more: each further one could double their number. */
  function placesGiven(node: AnyNode, isInner: boolean): readonly Place[] {
    if (isInner) return trace(node, true).names;
    const { names, calls } = trace(node);
    if (calls.length > mostInner) return trace(node, true).names;
    return [...names, ...calls.flatMap(innerOf)];
  }

  function isGivingClass(callee: AnyNode): boolean {
    return (
      callee.type === "Identifier" &&
      !scopes.bindings.has(callee) &&
      givingClasses.has(callee.name)
    );
  }

  for (const [index, parameter] of owner?.node.params.entries() ?? [])
    for (const name of boundNames(parameter)) {
      const binding = scopes.bindings.get(name);
      if (binding) parameters.set(binding, index);
    }
  if (owner) giveDefaults(owner.node);
  collectNames(root);
  collectCalls(root);
  return {
    ...{ of: placesOf, callsOf, calledAtOnce, sources, parameters },
    callsOn: (object, method, given) =>
      methodsCalled(
        object,
        method,
        given ? [placesGiven(given, false)] : [],
        false,
      ),
  };
}
