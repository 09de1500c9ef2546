/**
 * Whose value an expression may be, or be a part of: of `const { list } = config`, `list` is a part of `config`, and so is each
 * `row` of `for (const row of list)`. What is only put into something later (`config.list = rows`) is not followed.
 */
import type { AnyNode } from "acorn";
import type { Binding, ScopeAnalysis } from "./scope.ts";
import { boundNames, forEachChild, isFunction } from "./tree.ts";
import type { FunctionNode } from "./tree.ts";
import { wordSet } from "./wordSet.ts";

/** A top-level name, what a function is given (the index of its parameter, or `itself`), or what a call gives. */
export type Place = string | number | Call;

/** The place of `this` in a method. */
export const itself = -1;

/** A call of what can be found by a name. */
export interface Call {
  /** The function, or what has the method. */
  of: Place;
  /** `constructor` where a class is called with `new`. */
  method?: string;
  /** What each argument may be or be a part of. */
  given: readonly (readonly Place[])[];
  /** What the method is called on. */
  on?: readonly Place[];
}

/** A call as it is written. */
export type CallNode = Extract<
  AnyNode,
  { type: "CallExpression" | "NewExpression" }
>;

/** Answers about the expressions of a piece of code. */
export interface Places {
  of(node: AnyNode | undefined): readonly Place[];
  /** What a call calls, in each way that it can be found. */
  callsOf(node: CallNode): readonly Call[];
  /** Functions that are called where they stand. */
  calledAtOnce: ReadonlySet<AnyNode>;
}

/** Methods that call what they are given at once, with what they are called on. */
const callingMethods = wordSet(
  "map forEach filter flatMap reduce reduceRight find findIndex findLast findLastIndex some every sort toSorted from fromAsync groupBy replace replaceAll then catch finally",
);

/** Methods that give what they are called on, or parts of it. */
const givingMethods = wordSet(
  "at get find findLast filter slice splice concat flat flatMap map reduce reduceRight with pop shift sort reverse fill toSorted toReversed toSpliced values entries then catch finally",
);

/** Functions that give what they are given, or parts of it. */
const givingFunctions =
  /^(?:Object\.(?:assign|values|entries|fromEntries|groupBy|freeze|seal|create|defineProperty)|Array\.(?:from|of)|Promise\.(?:all|resolve|race|any|allSettled)|Map\.groupBy)$/;

/** The same, of those that are called with `new`. */
const givingClasses = wordSet("Map Set WeakMap WeakSet Array Proxy");

/** How many expressions a value is followed through: enough for any real one, and no time for what a machine wrote. */
const mostSources = 300;

/** Whether a method calls functions with parts of what it is called on, and does nothing else with that. */
export function isCallingMethod(name: string): boolean {
  return callingMethods.has(name);
}

/** Looks at code; `parameters` are those of the function whose body it is. */
export function findPlaces(
  root: AnyNode,
  scopes: ScopeAnalysis,
  parameters: ReadonlyMap<Binding, number>,
): Places {
  /** What the variables of the code are given, anywhere. */
  const sources = new Map<Binding, AnyNode[]>();
  const functions = new Map<Binding, FunctionNode>();
  const calledAtOnce = new Set<AnyNode>();
  const known = new Map<AnyNode, readonly Place[]>();

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
      found = [...names, ...calls.flatMap(callsOf)];
      known.set(node, found);
    }
    return found;
  }

  /**
   * Goes from an expression to all that its value may come from. Each expression is gone over once, since variables may be given
   * what is made of themselves.
   */
  function trace(start: AnyNode): {
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
        if (!binding || binding.isTop) names.add(node.name);
        else {
          const index = parameters.get(binding);
          if (index !== undefined) names.add(index);
          for (const source of sources.get(binding) ?? []) nodes.add(source);
        }
      } else if (node.type === "ThisExpression") names.add(itself);
      else {
        for (const source of sourcesOf(node)) if (source) nodes.add(source);
        if (isCall(node)) calls.push(node);
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
        return [node.superClass];
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

  function callsOf(node: CallNode): Call[] {
    const { callee } = node;
    // Calls within calls are not followed: each one could double their number.
    const given = node.arguments.map((each) => trace(each).names);
    if (callee.type !== "MemberExpression") {
      const isNew = node.type === "NewExpression";
      const method = isNew ? { method: "constructor" } : {};
      if (callee.type !== "Identifier") return [];
      return trace(callee).names.map((of) => ({ of, ...method, given }));
    }
    const method = methodOf(callee);
    if (method === undefined || node.type === "NewExpression") return [];
    const { names, calls } = trace(callee.object);
    return [
      ...names,
      ...calls.flatMap((call) =>
        call.callee.type === "Identifier" ? callsOf(call) : [],
      ),
    ].map((of) => ({ of, method, given, on: names }));
  }

  function isGivingClass(callee: AnyNode): boolean {
    return (
      callee.type === "Identifier" &&
      !scopes.bindings.has(callee) &&
      givingClasses.has(callee.name)
    );
  }

  collectNames(root);
  collectCalls(root);
  return { of: placesOf, callsOf, calledAtOnce };
}

function isCall(node: AnyNode): node is CallNode {
  return node.type === "CallExpression" || node.type === "NewExpression";
}

/** The method that a callee names. */
export function methodOf(callee: AnyNode): string | undefined {
  return callee.type === "MemberExpression" &&
    !callee.computed &&
    callee.property.type === "Identifier"
    ? callee.property.name
    : undefined;
}
