/** What is known of the fields of an object, and of how long a list is, from how they are written. */
import type { AnyNode } from "acorn";
import { fieldName, keyName } from "./parts.ts";

/** What an expression was defined as (wholes.ts). */
type WholeOf = (node: AnyNode) => AnyNode;

/**
 * The value of a field of an object that is written out, also of objects that are spread into it; null if it has none of that
 * name, undefined if that cannot be told.
 */
export function fieldIn(
  whole: AnyNode,
  field: string,
  wholeOf: WholeOf,
  depth = 0,
): AnyNode | null | undefined {
  if (whole.type !== "ObjectExpression" || depth > 20) return undefined;
  for (const each of whole.properties.toReversed())
    if (each.type === "SpreadElement") {
      const spread = wholeOf(each.argument);
      const found = fieldIn(spread, field, wholeOf, depth + 1);
      if (found !== null) return found;
    } else {
      const name = keyName(each);
      // A key that is computed, and what a getter gives, cannot be told.
      if (name === undefined) return undefined;
      if (name === field) return each.kind === "init" ? each.value : undefined;
    }
  return null;
}

/**
 * How many elements a list has at least. `known` tells it of lists that are no longer as they are written, or that are written
 * nowhere.
 */
export function leastLength(
  node: AnyNode,
  wholeOf: WholeOf,
  known: (node: AnyNode) => number | undefined,
  depth = 0,
): number {
  const told = known(node);
  if (told !== undefined) return told;
  const whole = wholeOf(node);
  if (depth > 20) return 0;
  const lengthOf = (of: AnyNode) => leastLength(of, wholeOf, known, depth + 1);
  if (whole.type === "ArrayExpression")
    return whole.elements.reduce(
      (sum, each) =>
        sum + (each?.type === "SpreadElement" ? lengthOf(each.argument) : 1),
      0,
    );
  if (
    whole.type !== "CallExpression" ||
    whole.callee.type !== "MemberExpression"
  )
    return 0;
  const { callee, arguments: given } = whole;
  const [from, ...others] = given;
  switch (fieldName(callee)) {
    case "map":
    case "concat":
    case "reverse":
    case "sort":
    case "toReversed":
    case "toSorted":
      return lengthOf(callee.object);
    case "slice": {
      if (!from) return lengthOf(callee.object);
      const isSimple = from.type === "Literal" && others.length === 0;
      const start = isSimple ? Number(from.value) : Infinity;
      return Math.max(0, lengthOf(callee.object) - start);
    }
    default:
      return 0;
  }
}
