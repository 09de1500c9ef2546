/** What expressions stand for, as it is written somewhere: the list, object, class or function behind variables and calls. */
import type { AnyNode } from "acorn";
import type { Binding } from "../scope.ts";
import { isFunction } from "../tree.ts";
import type { FunctionNode } from "../tree.ts";
import { hasMember, isClass, methodOf } from "./classes.ts";
import type { Classes, ClassNode } from "./classes.ts";
import type { Variables } from "./kinds.ts";
import { fieldName, findReturns, partOf } from "./parts.ts";

/** Answers where the thing behind an expression is written. */
export interface Wholes {
  /** What a variable that never changes was defined as, also through calls and fields; any other expression is itself. */
  wholeOf(node: AnyNode): AnyNode;
  /** The function that an expression is or names, if it can be seen. */
  functionOf(node: AnyNode | undefined): FunctionNode | undefined;
  /** The class that an expression is an instance of. */
  classOf(node: AnyNode): ClassNode | undefined;
  /** The classes that have fields in common with a class: those that it extends, and those that extend it. */
  relativesOf(node: ClassNode): readonly ClassNode[];
  /** The constructor that `new` calls. */
  constructorOf(callee: AnyNode): FunctionNode | undefined;
  /** What a function returns; nothing when it may also end without. */
  returnsOf(body: FunctionNode): readonly AnyNode[];
  /** To be called when more is known of the variables. */
  forget(): void;
}

/** How far an expression is followed. */
const furthest = 300;

export function createWholes(
  bindings: ReadonlyMap<AnyNode, Binding>,
  classes: Classes,
  variables: Variables,
): Wholes {
  const returns = new Map<FunctionNode, readonly AnyNode[]>();
  const found = new Map<AnyNode, AnyNode>();
  /** Of which it is being asked what function they are. */
  const asked = new Set<AnyNode>();
  /** How many expressions are being followed. */
  let open = 0;

  function returnsOf(body: FunctionNode): readonly AnyNode[] {
    let all = returns.get(body);
    if (!all) returns.set(body, (all = findReturns(body)));
    return all;
  }

  /** The same expression is asked about often, as each call of a long chain is the object of the next. */
  function wholeOf(node: AnyNode): AnyNode {
    const known = found.get(node);
    // What is defined by itself is found here, too.
    if (known) return known;
    if (open > furthest) return node;
    found.set(node, node);
    open += 1;
    const whole = follow(node);
    open -= 1;
    found.set(node, whole);
    return whole;
  }

  function follow(node: AnyNode): AnyNode {
    switch (node.type) {
      case "Identifier": {
        const binding = bindings.get(node);
        const value = binding && variables.values.get(binding);
        if (value) return wholeOf(value);
        return (binding && classes.namedAt(binding.node)) ?? node;
      }
      case "ChainExpression":
        return wholeOf(node.expression);
      case "MemberExpression": {
        const part = isChanged(node)
          ? undefined
          : partOf(wholeOf(node.object), node);
        return part ? wholeOf(part) : node;
      }
      case "CallExpression": {
        const body = functionOf(node.callee);
        if (!body || body.async || body.generator) return node;
        const [only, ...others] = returnsOf(body);
        return only && others.length === 0 ? wholeOf(only) : node;
      }
      default:
        return node;
    }
  }

  function classOf(node: AnyNode): ClassNode | undefined {
    return node.type === "ThisExpression"
      ? classes.ofThis(node)
      : classMade(wholeOf(node));
  }

  function classMade(whole: AnyNode): ClassNode | undefined {
    return whole.type === "NewExpression"
      ? classNamed(whole.callee)
      : undefined;
  }

  function classNamed(node: AnyNode | null | undefined): ClassNode | undefined {
    const whole = node ? wholeOf(node) : undefined;
    return isClass(whole) ? whole : undefined;
  }

  /** A method of a class, or of one that it extends. */
  function inheritedMethod(
    from: ClassNode | undefined,
    name: string,
    isStatic: boolean,
  ): FunctionNode | undefined {
    for (const owner of from ? lineOf(from) : []) {
      const method = methodOf(owner, name, isStatic);
      if (method) return method;
    }
    return undefined;
  }

  /** A class and those that it extends, as far as they can be seen. */
  function lineOf(from: ClassNode): ClassNode[] {
    const line = new Set<ClassNode>();
    let owner: ClassNode | undefined = from;
    while (owner && line.size < furthest && !line.has(owner)) {
      line.add(owner);
      owner = classNamed(owner.superClass);
    }
    return [...line];
  }

  function relativesOf(node: ClassNode): ClassNode[] {
    const line = lineOf(node);
    return classes.all.filter(
      (each) => line.includes(each) || lineOf(each).includes(node),
    );
  }

  /** A method of `this`, which may be of a class that extends the one where it stands. */
  function methodOfThis(
    owner: ClassNode | undefined,
    name: string,
  ): FunctionNode | undefined {
    const isOverridden =
      owner &&
      classes.all.some(
        (each) =>
          each !== owner &&
          hasMember(each, name) &&
          lineOf(each).includes(owner),
      );
    return isOverridden ? undefined : inheritedMethod(owner, name, false);
  }

  /** Whether what a field was defined as may be no longer what it is. */
  function isChanged(
    node: Extract<AnyNode, { type: "MemberExpression" }>,
  ): boolean {
    const binding = bindings.get(node.object);
    if (!binding) return false;
    const field = fieldName(node) ?? "";
    return (
      variables.reshaped.has(binding) ||
      !!variables.rewritten.get(binding)?.has(field)
    );
  }

  function functionOf(node: AnyNode | undefined): FunctionNode | undefined {
    if (!node || isFunction(node)) return node;
    // What is defined by itself is no function.
    if (asked.has(node)) return undefined;
    asked.add(node);
    const body = namedFunction(node);
    asked.delete(node);
    return body;
  }

  function namedFunction(node: AnyNode): FunctionNode | undefined {
    if (node.type === "ChainExpression") return functionOf(node.expression);
    if (node.type !== "MemberExpression") {
      const binding = bindings.get(node);
      const body = binding && variables.functions.get(binding);
      if (body || !binding) return body;
      const whole = wholeOf(node);
      return whole === node ? undefined : functionOf(whole);
    }
    const name = fieldName(node);
    if (name === undefined) return undefined;
    if (node.object.type === "ThisExpression")
      return methodOfThis(classes.ofThis(node.object), name);
    if (isChanged(node)) return undefined;
    const whole = wholeOf(node.object);
    if (isClass(whole)) return inheritedMethod(whole, name, true);
    const part = partOf(whole, node);
    if (part) return part === node ? undefined : functionOf(wholeOf(part));
    return inheritedMethod(classMade(whole), name, false);
  }

  return {
    wholeOf,
    functionOf,
    classOf,
    relativesOf,
    constructorOf: (callee) =>
      inheritedMethod(classNamed(callee), "constructor", false),
    returnsOf,
    forget: () => found.clear(),
  };
}
