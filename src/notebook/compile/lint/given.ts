/** What calls give the parameters of functions, and assignments the fields of classes. */
import type { AnyNode } from "acorn";
import type { Binding } from "../scope.ts";
import { boundNames } from "../tree.ts";
import type { FunctionNode } from "../tree.ts";
import type { Classes } from "./classes.ts";
import {
  elementKind,
  elementMethods,
  foldingMethods,
  kindOfSpread,
} from "./collections.ts";
import type { Kind, Kinds } from "./kinds.ts";
import { fieldName } from "./parts.ts";
import type { Patterns } from "./patterns.ts";

/**
 * Where code runs, as far as it matters to what it gives: while a flow is drawn, while the cell is evaluated, in a task or in
 * another async function, or perhaps while one is drawn, as in a function that nobody is seen to call.
 */
export type Place = "drawing" | "cell" | "task" | "unknown";

/** What the givers need. */
interface Context {
  known: Kinds;
  classes: Classes;
  patterns: Patterns;
  bindings: ReadonlyMap<AnyNode, Binding>;
  /** The functions that variables and parameters are. */
  functions: Map<Binding, FunctionNode>;
  /** Parameters that may be left out, by their signature. */
  optional: ReadonlySet<AnyNode>;
  assign(binding: Binding, kind: Kind | undefined, isInitial: boolean): void;
  trace(node: AnyNode): void;
  isNarrowing(): boolean;
  noteChange(): void;
}

/** Tells what is given where. */
export interface Givers {
  /** What a call gives the parameters of a function. */
  give(
    helper: FunctionNode | undefined,
    given: readonly AnyNode[],
    place: Place,
  ): void;
  /** What methods of a collection give the function that they call with each element. */
  giveElements(
    callee: Extract<AnyNode, { type: "MemberExpression" }>,
    given: readonly AnyNode[],
  ): void;
  /** A function that is handed on to who knows whom may be given anything. */
  letGo(given: AnyNode): void;
  /** A member that is given something: a field of a class, or of a variable. */
  giveField(
    target: Extract<AnyNode, { type: "MemberExpression" }>,
    value: AnyNode,
  ): void;
}

export function createGivers(context: Context): Givers {
  const { known, classes, bindings, functions, optional, assign } = context;
  const { isNarrowing } = context;
  const { take, unpack, leaveOut } = context.patterns;
  const { kindOf, functionOf } = known;
  /** Parameters that are not always given the same function. */
  const various = new Set<Binding>();

  function give(
    helper: FunctionNode | undefined,
    given: readonly AnyNode[],
    place: Place,
  ): void {
    if (!helper) return;
    // A helper that a flow body calls draws too. An async one cannot.
    if (place === "drawing" && !helper.async) context.trace(helper);
    // What may be drawn is no reason to take something for a ref, but one not to.
    const counts =
      place === "drawing" || (place === "unknown" && isNarrowing());
    const isClear = !given.some(({ type }) => type === "SpreadElement");
    for (const [index, parameter] of helper.params.entries()) {
      if (parameter.type === "RestElement") {
        const rest = isClear ? given.slice(index).map(kindOf) : [];
        const isList = rest.length > 0 && rest.every((kind) => kind === "ref");
        if (counts) take(parameter.argument, isList ? "list" : undefined);
        continue;
      }
      const value = isClear ? given[index] : undefined;
      const kind = value && kindOf(value);
      // There are no refs where nothing is drawn, so what is given there is no reason to test for them.
      if (counts || kind === "task" || kind === "flow")
        giveValue(parameter, value, isClear);
      giveFunction(parameter, value);
    }
  }

  function giveValue(
    parameter: AnyNode,
    value: AnyNode | undefined,
    isClear: boolean,
  ): void {
    if (value && optional.has(parameter) && kindOf(value) === "ref")
      take(parameter, "optional");
    else if (value) unpack(parameter, value, false);
    else if (isClear) leaveOut(parameter);
    else take(parameter, undefined);
  }

  /** A parameter that is always given one function is that function. */
  function giveFunction(parameter: AnyNode, value: AnyNode | undefined): void {
    const binding = bindings.get(parameter);
    const body = functionOf(value);
    if (!binding || various.has(binding)) {
      if (value) letGo(value);
      return;
    }
    const before = functions.get(binding);
    if (before === body) return;
    if (!before && body) functions.set(binding, body);
    else {
      functions.delete(binding);
      various.add(binding);
    }
    context.noteChange();
  }

  function letGo(given: AnyNode): void {
    if (!isNarrowing()) return;
    switch (given.type) {
      case "ArrayExpression":
        for (const each of given.elements) if (each) letGo(each);
        break;
      case "ObjectExpression":
        for (const each of given.properties)
          if (each.type === "Property") letGo(each.value);
        break;
      case "Identifier":
      case "MemberExpression": {
        const body = functionOf(given);
        for (const parameter of body?.params ?? [])
          for (const name of boundNames(parameter)) take(name, undefined);
      }
    }
  }

  function giveElements(
    callee: Extract<AnyNode, { type: "MemberExpression" }>,
    given: readonly AnyNode[],
  ): void {
    const { object } = callee;
    const [first, second] = given;
    const method = callee.computed ? "" : (fieldName(callee) ?? "");
    const isFolding = foldingMethods.has(method);
    const of = kindOf(object);
    if (/^(push|unshift|splice|concat|add|set)$/.test(method))
      giveMembers(object, of, method, given);
    if (!isFolding && !elementMethods.has(method)) {
      if (!functionOf(callee)) given.forEach(letGo);
      return;
    }
    const body = functionOf(first);
    if (!body) return;
    const [one, other] = body.params;
    const element = of === "map" ? "ref" : elementKind(of);
    if (!element) {
      if (first) letGo(first);
      return;
    }
    if (!isFolding) {
      if (one) take(one, element);
      return;
    }
    if (other) take(other, element);
    if (!one) return;
    take(one, second ? kindOf(second) : element);
    take(one, known.returnedKind(body));
  }

  /** A collection that is given something else holds not only refs any more. */
  function giveMembers(
    object: AnyNode,
    of: Kind | undefined,
    method: string,
    given: readonly AnyNode[],
  ): void {
    const added =
      method === "splice"
        ? given.slice(2)
        : method === "set"
          ? given.slice(1)
          : given;
    const holds =
      of === "map"
        ? added.every((each) => kindOf(each) === "ref")
        : added.every((each) =>
            each.type === "SpreadElement"
              ? kindOfSpread(kindOf(each.argument)) === of
              : kindOf(each) === elementKind(of) || kindOf(each) === of,
          );
    if (of && /^(list|entries|map)$/.test(of) && !holds) spoil(object);
  }

  function spoil(object: AnyNode): void {
    const binding = bindings.get(object);
    if (binding) assign(binding, undefined, false);
  }

  function giveField(
    target: Extract<AnyNode, { type: "MemberExpression" }>,
    value: AnyNode,
  ): void {
    const owner = known.classOf(target.object);
    const field = fieldName(target);
    const kind = kindOf(value);
    const of = kindOf(target.object);
    if ((of === "record" || of === "list") && kind !== "ref")
      spoil(target.object);
    if (field === undefined) return;
    if (owner) giveOwn(owner, field, kind, false);
    else if (isNarrowing() && kind !== "ref")
      for (const each of classes.all)
        assign(classes.fieldOf(each, field), kind, false);
  }

  function giveOwn(
    owner: ReturnType<Classes["ofThis"]> & {},
    field: string,
    kind: Kind | undefined,
    isInitial: boolean,
  ): void {
    // What is filled in later is tested for that.
    const isLater = kind === "ref" && !classes.isFilled(owner, field);
    const given = isLater ? "optional" : kind;
    assign(classes.fieldOf(owner, field), given, isInitial);
    if (isNarrowing())
      for (const each of known.relativesOf(owner))
        assign(classes.fieldOf(each, field), given, false);
  }

  return { give, giveElements, letGo, giveField };
}
