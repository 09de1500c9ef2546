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
  bindings,
  assign,
}: Pick<Kinds, "kindOf"> &
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

  function unpack(pattern: AnyNode, value: AnyNode, isInitial: boolean): void {
    const parts = pairParts(pattern, value);
    if (!parts) take(pattern, kindOf(value), isInitial);
    else
      for (const [part, own] of parts)
        if (own) unpack(part, own, isInitial);
        else take(part, undefined, isInitial);
  }

  return { take, unpack };
}

/**
 * The parts of a pattern, each with the part of a list or an object that it takes, if that can be seen; undefined if the value is
 * not written out, or the pattern has no parts.
 */
export function pairParts(
  pattern: AnyNode,
  value: AnyNode,
): [part: AnyNode, value: AnyNode | undefined][] | undefined {
  if (
    pattern.type === "ArrayPattern" &&
    value.type === "ArrayExpression" &&
    !value.elements.some((each) => each?.type === "SpreadElement")
  )
    return pattern.elements.flatMap((part, index) =>
      part && part.type !== "RestElement"
        ? [[part, value.elements[index] ?? undefined]]
        : [],
    );
  if (pattern.type === "ObjectPattern" && value.type === "ObjectExpression")
    return pattern.properties.flatMap((part) => {
      if (part.type !== "Property") return [];
      const item = value.properties.findLast(
        (each) => each.type === "Property" && keyName(each) === keyName(part),
      );
      return [[part.value, item?.type === "Property" ? item.value : undefined]];
    });
  return undefined;
}
