import type { AnyNode } from "acorn";
import { keyName } from "./parts.ts";

/** What an expression is that only consists of literals; undefined if there is anything else in it. */
export function constantOf(
  node: AnyNode | null | undefined,
): { value: unknown } | undefined {
  switch (node?.type) {
    case "Literal":
      return "regex" in node || "bigint" in node
        ? undefined
        : { value: node.value };
    case "TemplateLiteral":
      return node.expressions.length === 0
        ? { value: node.quasis[0]?.value.cooked }
        : undefined;
    case "UnaryExpression": {
      const argument = constantOf(node.argument);
      if (typeof argument?.value !== "number") return undefined;
      if (node.operator === "-") return { value: -argument.value };
      return node.operator === "+" ? argument : undefined;
    }
    case "ArrayExpression": {
      const elements = node.elements.map(constantOf);
      return elements.every((each) => each !== undefined)
        ? { value: elements.map(({ value }) => value) }
        : undefined;
    }
    case "ObjectExpression": {
      const entries: [string, unknown][] = [];
      for (const property of node.properties) {
        if (property.type !== "Property") return undefined;
        const name = keyName(property);
        const constant = constantOf(property.value);
        if (name === undefined || !constant) return undefined;
        entries.push([name, constant.value]);
      }
      return { value: Object.fromEntries(entries) };
    }
    default:
      return undefined;
  }
}

/** The text that an expression is, if it is written out. */
export function textOf(node: AnyNode | null | undefined): string | undefined {
  const constant = constantOf(node);
  return typeof constant?.value === "string" ? constant.value : undefined;
}

/** The value of a setting in an object that is written out. */
export function settingOf(
  options: AnyNode | undefined,
  name: string,
): AnyNode | undefined {
  if (options?.type !== "ObjectExpression") return undefined;
  const property = options.properties.findLast(
    (each) => each.type === "Property" && keyName(each) === name,
  );
  return property?.type === "Property" ? property.value : undefined;
}
