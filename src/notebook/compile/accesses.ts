/**
 * What calls something without being a call: reading or writing a field may call `get x` or `set x`, taking all fields any getter
 * (`get `), and going over something its iterator.
 */
import type { AnyNode } from "acorn";
import { methodOf } from "./calls.ts";
import type { Call } from "./places.ts";
import { assignedTargets } from "./tree.ts";

/** Calls that are there if what is accessed has such a method. */
export interface Access {
  method: string;
  calls: () => readonly Call[];
}

/** The method that gives what is gone over. */
export const iterator = "@@iterator";

/** Whether a method is one that an access calls. */
export function isAccess(method: string): boolean {
  return /^[gs]et |^@@/.test(method);
}

/** What a node accesses by itself, and what it writes there. */
export function accessesIn(
  node: AnyNode,
): { object: AnyNode; method: string; given?: AnyNode }[] {
  const found: { object: AnyNode; method: string; given?: AnyNode }[] = [];

  function add(
    object: AnyNode | null | undefined,
    method: string,
    given?: AnyNode,
  ): void {
    if (object) found.push({ object, method, ...(given && { given }) });
  }

  function addSetter(target: AnyNode, given?: AnyNode): void {
    if (target.type === "MemberExpression")
      add(target.object, `set ${methodOf(target) ?? ""}`, given);
  }

  /** What a pattern takes out of a value. */
  function takeApart(
    pattern: AnyNode,
    value: AnyNode | null | undefined,
  ): void {
    if (pattern.type === "ArrayPattern") add(value, iterator);
    if (pattern.type === "ObjectPattern")
      for (const property of pattern.properties)
        add(
          value,
          property.type === "Property"
            ? `get ${nameOfKey(property.key, property.computed)}`
            : "get ",
        );
  }

  switch (node.type) {
    case "MemberExpression":
      add(node.object, `get ${methodOf(node) ?? ""}`);
      break;
    case "AssignmentExpression":
      for (const target of assignedTargets(node.left))
        addSetter(target, node.right);
      takeApart(node.left, node.right);
      break;
    case "UpdateExpression":
      addSetter(node.argument);
      break;
    case "VariableDeclarator":
      takeApart(node.id, node.init);
      break;
    case "ForOfStatement":
      add(node.right, iterator);
      break;
    case "ObjectExpression":
      for (const each of node.properties)
        if (each.type === "SpreadElement") add(each.argument, "get ");
      break;
    case "SpreadElement":
      add(node.argument, iterator);
      break;
    case "YieldExpression":
      if (node.delegate) add(node.argument, iterator);
      break;
    case "NewExpression":
    case "CallExpression":
      if (isGoneOver(node.callee)) add(node.arguments[0], iterator);
  }
  return found;
}

/** What a field is called; nothing where that is worked out. */
export function nameOfKey(key: AnyNode, isComputed: boolean): string {
  if (key.type === "Literal") return String(key.value);
  if (key.type === "Identifier" && !isComputed) return key.name;
  return /^(?:i|asyncI)terator$/.test(methodOf(key) ?? "") ? iterator : "";
}

/** Whether a function of the language goes over what it is given. */
function isGoneOver(callee: AnyNode): boolean {
  return callee.type === "Identifier"
    ? /^(?:Weak)?(?:Map|Set)$/.test(callee.name)
    : callee.type === "MemberExpression" &&
        callee.object.type === "Identifier" &&
        /^(?:Array\.from|Object\.fromEntries|Promise\.(?:all|any|race|allSettled))$/.test(
          `${callee.object.name}.${methodOf(callee)}`,
        );
}
