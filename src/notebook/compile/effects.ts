/**
 * What a unit of a cell does to names other than to define them: `config.x = 1`, `rows.push(...)`, and the same in a function
 * or method that it calls, also by another name. What that comes to over all cells is in changes.ts. In doubt something counts:
 * a result that is made again for nothing costs less than one that is kept and wrong.
 */
import type { AnyNode } from "acorn";
import { accessesIn, iterator, nameOfKey, type Access } from "./accesses.ts";
import { calleeOf, givenTo, isCall, methodOf } from "./calls.ts";
import type { CallNode } from "./calls.ts";
import { findPlaces, isCallingMethod } from "./places.ts";
import type { Call, Owner, Place, Places } from "./places.ts";
import type { ScopeAnalysis } from "./scope.ts";
import { assignedTargets, forEachChild, isFunction } from "./tree.ts";
import type { FunctionNode } from "./tree.ts";
import { nameOf, sharedVariables } from "./unnamed.ts";
import { wordSet } from "./wordSet.ts";

/** What is done when a function is called. */
export interface FunctionEffects {
  /** Top-level names that it gives another value. */
  assigned: readonly string[];
  /** Whose value it changes from within. */
  changed: readonly Place[];
  calls: readonly Call[];
  accesses: readonly Access[];
  puts: readonly Put[];
  /** What it may give, or parts of it. */
  returned: readonly Place[];
  /** What the functions do that it makes and does not call: whoever gets one of them may. */
  made: readonly FunctionEffects[];
  /** The functions within it that may be handed on, by their names. */
  functions: ReadonlyMap<string, FunctionEffects>;
  /** The names of its parameters that functions within it use too, by their index. */
  shares: readonly (readonly [number, string])[];
}

/** Something that is made a part of something else. */
export interface Put {
  into: readonly Place[];
  what: readonly Place[];
}

/** What is done when a unit is evaluated, and what can be called of that which it defines. */
export interface UnitEffects extends Omit<
  FunctionEffects,
  "returned" | "shares"
> {
  /** What that which it defines may be, or have parts of. */
  partOf: readonly Place[];
  whenCalled?: FunctionEffects;
  isClass?: boolean;
  /** What its methods do; those of one name are put together. */
  methods?: ReadonlyMap<string, readonly FunctionEffects[]>;
}

/** Methods of the language's own objects that put what they are given into the object. */
const puttingMethods = wordSet("push unshift splice fill set add append");

/** Methods of the language's own objects that change the object. */
const changingMethods = wordSet(
  "push pop shift unshift splice sort reverse fill copyWithin set add delete clear append",
);

/** Functions of Flowbook that call what they are given in a run, or to draw one. */
const deferringFunctions = wordSet("task flow resource when choose");

/** Functions that change their first argument. */
const changingFunctions =
  /^(?:Object|Reflect)\.(?:assign|definePropert(?:y|ies)|set|setPrototypeOf|deleteProperty|freeze)$/;

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
  const done = follow(unit, scopes, shown, !isDefinition);
  const defined = unit.type === "VariableDeclarator" ? unit.init : unit;
  const isCalled = isDefinition && isFunction(defined);
  const methods = isDefinition ? methodsOf(defined, scopes) : undefined;
  return {
    ...{ assigned: done.assigned, changed: done.changed, calls: done.calls },
    ...{ accesses: done.accesses, functions: done.functions },
    ...{ puts: done.puts, made: isDefinition && !isCalled ? done.made : [] },
    partOf: isDefinition ? [...done.returned, ...givenBy(methods)] : [],
    ...(isClass(defined) && { isClass: true }),
    ...(isCalled && { whenCalled: effectsOf(defined, scopes) }),
    ...(methods && { methods }),
  };
}

function isClass(node: AnyNode | null | undefined): boolean {
  return node?.type === "ClassDeclaration" || node?.type === "ClassExpression";
}

/** What getters give, and what is gone over, is a part of what has them. */
function givenBy(
  methods: ReadonlyMap<string, readonly FunctionEffects[]> | undefined,
): Place[] {
  return Array.from(methods ?? []).flatMap(([name, functions]) =>
    name.startsWith("get ") || name === iterator
      ? functions.flatMap(({ returned }) => returned)
      : [],
  );
}

/** What functions do, once found out. */
const effectsKnown = new WeakMap<FunctionNode, FunctionEffects>();

function effectsOf(
  node: FunctionNode,
  scopes: ScopeAnalysis,
  outer?: Places,
): FunctionEffects {
  let effects = effectsKnown.get(node);
  if (!effects) {
    effects = follow(node.body, scopes, undefined, false, { node, outer });
    effectsKnown.set(node, effects);
  }
  return effects;
}

/** The functions that an object or a class is written with, however deep in objects. */
function methodsOf(
  node: AnyNode | null | undefined,
  scopes: ScopeAnalysis,
): Map<string, FunctionEffects[]> | undefined {
  const methods = new Map<string, FunctionEffects[]>();
  function add(
    key: AnyNode,
    value: AnyNode | null | undefined,
    isComputed: boolean,
    kind?: string,
  ): void {
    if (value?.type === "ObjectExpression") visit(value);
    if (!isFunction(value)) return;
    const own = nameOfKey(key, isComputed);
    const name = kind === "get" || kind === "set" ? `${kind} ${own}` : own;
    const others = methods.get(name) ?? [];
    methods.set(name, [...others, effectsOf(value, scopes)]);
  }
  function visit(whole: AnyNode | null | undefined): void {
    if (whole?.type === "ObjectExpression") {
      for (const property of whole.properties)
        if (property.type === "Property")
          add(property.key, property.value, property.computed, property.kind);
    } else if (
      whole?.type === "ClassDeclaration" ||
      whole?.type === "ClassExpression"
    ) {
      for (const member of whole.body.body)
        if (member.type === "MethodDefinition")
          add(member.key, member.value, member.computed, member.kind);
        else if (member.type === "PropertyDefinition")
          add(member.key, member.value, member.computed);
    }
  }
  visit(node);
  return methods.size > 0 ? methods : undefined;
}

/** Goes over code; `isInEach` says whether functions count that it only holds. */
function follow(
  root: AnyNode,
  scopes: ScopeAnalysis,
  shown: AnyNode | undefined,
  isInEach: boolean,
  owner?: Owner,
): FunctionEffects {
  const assigned = new Set<string>();
  const changed = new Set<Place>();
  const returned = new Set<Place>();
  const calls: Call[] = [];
  const puts: Put[] = [];
  const accesses: Access[] = [];
  const made: FunctionEffects[] = [];
  const functions = new Map<string, FunctionEffects>();
  const shared = sharedVariables(scopes);
  const deferred = new Set<AnyNode>();
  const places = findPlaces(root, scopes, owner);

  function change(target: AnyNode): void {
    if (target.type !== "Identifier") changeObject(target);
    else {
      // A variable of the code's own that is given another value leaves what it stood for as it is.
      const binding = scopes.bindings.get(target);
      if (!binding || binding.isTop) assigned.add(target.name);
    }
  }

  function changeObject(object: AnyNode | undefined): void {
    for (const place of places.of(object)) changed.add(place);
  }

  function put(into: readonly Place[], values: readonly AnyNode[]): void {
    const what = values.flatMap(places.of);
    if (into.length > 0 && what.length > 0) puts.push({ into, what });
  }

  function putInto(target: AnyNode, value: AnyNode): void {
    if (target.type === "MemberExpression")
      put(places.of(target.object), [value]);
    else if (target.type === "Identifier") {
      const binding = scopes.bindings.get(target);
      if (!binding || binding.isTop) put([target.name], [value]);
      else if (shared.has(binding)) put([nameOf(binding)], [value]);
    }
  }

  function visitCall(node: CallNode, isDirect: boolean): void {
    const callee = calleeOf(node);
    const given = givenTo(node);
    if (isDirect) calls.push(...places.callsOf(node));
    if (isDeferring(callee)) for (const each of given) deferred.add(each);
    if (callee.type !== "MemberExpression") return;
    const method = methodOf(callee);
    if (method === undefined) return;
    const { object } = callee;
    if (isDirect && isCallingMethod(method)) {
      const passed = places.of(object);
      for (const place of given.flatMap(places.of))
        calls.push({ of: place, given: [passed, passed, passed] });
    }
    if (changingMethods.has(method)) changeObject(object);
    if (puttingMethods.has(method)) put(places.of(object), given);
    if (object.type !== "Identifier") return;
    const called = `${object.name}.${method}`;
    if (changingFunctions.test(called)) {
      changeObject(given[0]);
      put(places.of(given[0]), given.slice(1));
    } else if (called === "Reflect.apply") {
      const passed = given.slice(1).flatMap(places.of);
      for (const place of places.of(given[0]))
        calls.push({ of: place, given: [passed, passed, passed] });
    }
  }

  /** Whether functions that a callee is given are called in runs only. */
  function isDeferring(callee: AnyNode): boolean {
    return (
      callee.type === "Identifier" &&
      !scopes.bindings.has(callee) &&
      deferringFunctions.has(callee.name)
    );
  }

  function visit(node: AnyNode, isDirect: boolean): void {
    let isDirectInside = isDirect;
    if (isFunction(node) && !places.calledAtOnce.has(node)) {
      if (!deferred.has(node)) {
        const effects = effectsOf(node, scopes, places);
        functions.set(nameOf(node), effects);
        if (!isInEach) made.push(effects);
      }
      if (!isInEach) return;
      isDirectInside = false;
    }
    if (isDirect)
      for (const { object, method, given } of accessesIn(node))
        accesses.push({
          method,
          calls: () => places.callsOn(object, method, given),
        });
    switch (node.type) {
      case "AssignmentExpression":
        for (const target of assignedTargets(node.left)) {
          change(target);
          putInto(target, node.right);
        }
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
        if (call.type === "CallExpression" && isMadeForEffect(call.callee)) {
          changeObject(call.callee);
          put(places.of(call.callee), call.arguments);
        } else if (isDirect && isCall(call))
          for (const each of places.callsOf(call))
            calls.push({ ...each, isForEffect: true });
        break;
      }
      case "ReturnStatement":
      case "YieldExpression":
        for (const place of places.of(node.argument ?? undefined))
          returned.add(place);
        break;
      default:
        if (isCall(node)) visitCall(node, isDirect);
    }
    forEachChild<AnyNode>(node, (child) => visit(child, isDirectInside));
  }

  visit(root, true);
  const value = root.type === "VariableDeclarator" ? root.init : root;
  for (const place of places.of(value ?? undefined)) returned.add(place);
  return {
    ...{ assigned: [...assigned], changed: [...changed], calls, puts, made },
    ...{ returned: [...returned], accesses, functions },
    shares: Array.from(places.parameters).flatMap(([binding, index]) =>
      shared.has(binding) ? [[index, nameOf(binding)]] : [],
    ),
  };
}

/** Whether a callee is the method of something named, and not one that only goes over it. */
function isMadeForEffect(callee: AnyNode): boolean {
  let whole = callee;
  while (whole.type === "MemberExpression") whole = whole.object;
  return (
    callee.type === "MemberExpression" &&
    whole.type === "Identifier" &&
    !isCallingMethod(methodOf(callee) ?? "")
  );
}
