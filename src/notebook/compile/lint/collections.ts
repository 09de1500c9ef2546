/** What methods of lists, objects and Maps that hold refs give. */
import { wordSet } from "../wordSet.ts";
import type { Kind } from "./kinds.ts";

/** Methods of a list that call a function with each element first. */
export const elementMethods = wordSet(
  "map forEach filter flatMap find findIndex findLast findLastIndex some every",
);

/** Those among them that go by whether what the function returns is true. */
export const testingMethods = wordSet(
  "filter find findIndex findLast findLastIndex some every",
);

/** Methods that put a list together, and call a function with what they have so far. */
export const foldingMethods = wordSet("reduce reduceRight");

/** Methods that give a list of the same elements, or some of them. */
const sameMethods = wordSet(
  "filter slice concat reverse sort toReversed toSorted toSpliced",
);

/** What one element is when a collection is gone over. */
export function elementKind(of: Kind | undefined): Kind | undefined {
  if (of === "list") return "ref";
  return of === "entries" || of === "map" ? "entry" : undefined;
}

/** What a method that takes no function gives, called on a collection. */
export function kindOfMethod(
  of: Kind | undefined,
  method: string | undefined,
): Kind | undefined {
  if (method === undefined) return undefined;
  if (of === "list" || of === "entries") {
    if (sameMethods.has(method)) return of;
    if (of === "list" && method === "entries") return "entries";
    return method === "values" ? of : undefined;
  }
  if (of !== "map") return undefined;
  if (method === "values") return "list";
  return method === "entries" ? "entries" : undefined;
}

/** What a function of `Object` or `Array` makes of a collection. */
export function kindOfConverted(
  converter: string,
  given: Kind | undefined,
): Kind | undefined {
  switch (converter) {
    case "Object.values":
      return hasRefs(given) ? "list" : undefined;
    case "Object.entries":
      return hasRefs(given) ? "entries" : undefined;
    case "Array.from":
      return kindOfSpread(given);
    default:
      return undefined;
  }
}

/** The list that a collection becomes when it is spread into one. */
export function kindOfSpread(of: Kind | undefined): Kind | undefined {
  if (of === "map") return "entries";
  return of === "list" || of === "entries" ? of : undefined;
}

function hasRefs(of: Kind | undefined): boolean {
  return of === "refs" || of === "record" || of === "list";
}
