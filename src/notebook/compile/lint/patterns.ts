import type { AnyNode } from "acorn";
import type { Binding, ScopeAnalysis } from "../scope.ts";
import type { Kind, Kinds } from "./kinds.ts";
import { fieldIn } from "./fields.ts";
import { keyName } from "./parts.ts";

/** What patterns give the names in them, of a value of some kind or of an expression. */
export interface Patterns {
  /** Gives each name of a pattern what it takes from something of this kind, which is that value if it is known. */
  take(
    pattern: AnyNode,
    kind: Kind | undefined,
    isInitial?: boolean,
    value?: AnyNode,
  ): void;
  /** The same for an expression; of lists and objects that are written out each name takes its own part. */
  unpack(pattern: AnyNode, value: AnyNode, isInitial: boolean): void;
  /** Gives the names of a pattern what they are when nothing is given for it. */
  leaveOut(pattern: AnyNode, isInitial?: boolean): void;
}

/** Whether an expression is `null` or `undefined`. */
export function isNothing(node: AnyNode): boolean {
  return (
    (node.type === "Literal" && node.value === null && node.raw === "null") ||
    (node.type === "Identifier" && node.name === "undefined") ||
    (node.type === "UnaryExpression" && node.operator === "void")
  );
}

export function createPatterns({
  kindOf,
  wholeOf,
  bindings,
  isLongerThan,
  assign,
}: Pick<Kinds, "kindOf" | "wholeOf" | "isLongerThan"> &
  Pick<ScopeAnalysis, "bindings"> & {
    assign(binding: Binding, kind: Kind | undefined, isInitial: boolean): void;
  }): Patterns {
  function take(
    pattern: AnyNode,
    kind: Kind | undefined,
    isInitial = false,
    value?: AnyNode,
  ): void {
    switch (pattern.type) {
      case "Identifier": {
        const binding = bindings.get(pattern);
        if (binding) assign(binding, kind, isInitial);
        break;
      }
      case "AssignmentPattern":
        take(pattern.left, kindWithDefault(kind, pattern.right), isInitial);
        break;
      case "ObjectPattern": {
        const hasRefs = kind === "ref" || kind === "refs";
        const mayHave = kind === "record" || kind === "optional";
        const field = hasRefs ? "ref" : mayHave ? "optional" : undefined;
        for (const property of pattern.properties)
          if (property.type === "RestElement")
            take(property.argument, field && kind, isInitial);
          else take(property.value, field, isInitial);
        break;
      }
      case "ArrayPattern": {
        if (kind === "entry" || kind === "entries") {
          takeEntries(pattern, kind, isInitial);
          break;
        }
        const hasRefs = kind === "ref" || kind === "list";
        for (const [index, element] of pattern.elements.entries()) {
          const isThere =
            kind === "ref" || (value && isLongerThan(value, index));
          if (element?.type === "RestElement")
            take(element.argument, hasRefs ? kind : undefined, isInitial);
          else if (element && hasRefs)
            take(element, isThere ? "ref" : "optional", isInitial);
          else if (element) take(element, undefined, isInitial);
        }
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
    if (pattern.type === "AssignmentPattern") {
      const { left, right } = pattern;
      if (kindOf(value) !== "ref" || kindOf(right) === "ref")
        unpack(left, value, isInitial);
      // What has a default may be left out, and may be tested for that.
      else take(left, isNothing(right) ? "optional" : undefined, isInitial);
      return;
    }
    const hasParts =
      pattern.type === "ObjectPattern" || pattern.type === "ArrayPattern";
    const parts = hasParts
      ? pairParts(pattern, wholeOf(value), wholeOf)
      : undefined;
    if (!parts) take(pattern, kindOf(value), isInitial, value);
    else
      for (const [part, own] of parts)
        if (own) unpack(part, own, isInitial);
        else if (own === null) leaveOut(part, isInitial);
        else take(part, undefined, isInitial);
  }

  function leaveOut(pattern: AnyNode, isInitial = false): void {
    if (pattern.type === "AssignmentPattern")
      unpack(pattern.left, pattern.right, isInitial);
    else take(pattern, undefined, isInitial);
  }

  /** What a pattern with a default takes of something of this kind. */
  function kindWithDefault(
    kind: Kind | undefined,
    fallback: AnyNode,
  ): Kind | undefined {
    if (kind !== "optional") return kind;
    if (kindOf(fallback) === "ref") return "ref";
    return isNothing(fallback) ? kind : undefined;
  }

  return { take, unpack, leaveOut };
}

/** A part of a pattern, and what it takes: null if there is nothing, undefined if that cannot be told. */
type Pair = [part: AnyNode, value: AnyNode | null | undefined];

/**
 * The parts of a pattern, each with the part of a list or an object that it takes, if that can be seen; undefined if the value is
 * not written out, or the pattern has no parts.
 */
export function pairParts(
  pattern: AnyNode,
  value: AnyNode,
  wholeOf: (node: AnyNode) => AnyNode = (node) => node,
): Pair[] | undefined {
  if (
    pattern.type === "ArrayPattern" &&
    value.type === "ArrayExpression" &&
    !value.elements.some((each) => each?.type === "SpreadElement")
  )
    return pattern.elements.flatMap((part, index): Pair[] => {
      if (!part) return [];
      if (part.type !== "RestElement")
        return [[part, value.elements[index] ?? null]];
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
      const name = keyName(part);
      const item =
        name === undefined ? undefined : fieldIn(value, name, wholeOf);
      return [[part.value, item]];
    });
  }
  return undefined;
}
