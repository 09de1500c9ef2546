import type { AnyNode } from "acorn";
import type { Binding, ScopeAnalysis } from "../scope.ts";
import type { Kind, Kinds } from "./kinds.ts";
import { keyName } from "./parts.ts";

/** What patterns give the names in them, of a value of some kind or of an expression. */
export interface Patterns {
  /** Gives each name of a pattern what it takes from something of this kind. */
  take(pattern: AnyNode, kind: Kind | undefined, isInitial?: boolean): void;
  /** The same for an expression; of lists and objects that are written out each name takes its own part. */
  unpack(pattern: AnyNode, value: AnyNode, isInitial: boolean): void;
}

export function createPatterns({
  kindOf,
  wholeOf,
  bindings,
  assign,
}: Pick<Kinds, "kindOf" | "wholeOf"> &
  Pick<ScopeAnalysis, "bindings"> & {
    assign(binding: Binding, kind: Kind | undefined, isInitial: boolean): void;
  }): Patterns {
  function take(
    pattern: AnyNode,
    kind: Kind | undefined,
    isInitial = false,
  ): void {
    switch (pattern.type) {
      case "Identifier": {
        const binding = bindings.get(pattern);
        if (binding) assign(binding, kind, isInitial);
        break;
      }
      case "AssignmentPattern":
        take(pattern.left, kind, isInitial);
        break;
      case "ObjectPattern": {
        const hasRefs = kind === "ref" || kind === "refs";
        for (const property of pattern.properties)
          if (property.type === "RestElement")
            take(property.argument, hasRefs ? kind : undefined, isInitial);
          else take(property.value, hasRefs ? "ref" : undefined, isInitial);
        break;
      }
      case "ArrayPattern": {
        if (kind === "entry" || kind === "entries") {
          takeEntries(pattern, kind, isInitial);
          break;
        }
        const hasRefs = kind === "ref" || kind === "list";
        for (const element of pattern.elements)
          if (element?.type === "RestElement")
            take(element.argument, hasRefs ? kind : undefined, isInitial);
          else if (element)
            take(element, hasRefs ? "ref" : undefined, isInitial);
        break;
      }
    }
  }

  /** Of a pair the second is a ref; of a list of pairs each is such a pair. */
  function takeEntries(
    pattern: Extract<AnyNode, { type: "ArrayPattern" }>,
    kind: "entry" | "entries",
    isInitial: boolean,
  ): void {
    for (const [index, element] of pattern.elements.entries())
      if (element?.type === "RestElement")
        take(
          element.argument,
          kind === "entries" ? kind : index === 1 ? "list" : undefined,
          isInitial,
        );
      else if (element)
        take(
          element,
          kind === "entries" ? "entry" : index === 1 ? "ref" : undefined,
          isInitial,
        );
  }

  function unpack(pattern: AnyNode, value: AnyNode, isInitial: boolean): void {
    const hasParts =
      pattern.type === "ObjectPattern" || pattern.type === "ArrayPattern";
    const parts = hasParts ? pairParts(pattern, wholeOf(value)) : undefined;
    if (!parts) take(pattern, kindOf(value), isInitial);
    else
      for (const [part, own] of parts)
        if (own) unpack(part, own, isInitial);
        else take(part, undefined, isInitial);
  }

  return { take, unpack };
}

/** A part of a pattern, and what it takes. */
type Pair = [part: AnyNode, value: AnyNode | undefined];

/**
 * The parts of a pattern, each with the part of a list or an object that it takes, if that can be seen; undefined if the value is
 * not written out, or the pattern has no parts.
 */
export function pairParts(
  pattern: AnyNode,
  value: AnyNode,
): Pair[] | undefined {
  if (
    pattern.type === "ArrayPattern" &&
    value.type === "ArrayExpression" &&
    !value.elements.some((each) => each?.type === "SpreadElement")
  )
    return pattern.elements.flatMap((part, index): Pair[] => {
      if (!part) return [];
      if (part.type !== "RestElement")
        return [[part, value.elements[index] ?? undefined]];
      const rest = { ...value, elements: value.elements.slice(index) };
      return [[part.argument, rest]];
    });
  if (pattern.type === "ObjectPattern" && value.type === "ObjectExpression") {
    const taken = new Set(
      pattern.properties.map((each) =>
        each.type === "Property" ? keyName(each) : undefined,
      ),
    );
    return pattern.properties.flatMap((part): Pair[] => {
      if (part.type === "RestElement") {
        const properties = value.properties.filter(
          (each) => each.type !== "Property" || !taken.has(keyName(each)),
        );
        return [[part.argument, { ...value, properties }]];
      }
      const item = value.properties.findLast(
        (each) => each.type === "Property" && keyName(each) === keyName(part),
      );
      return [[part.value, item?.type === "Property" ? item.value : undefined]];
    });
  }
  return undefined;
}
