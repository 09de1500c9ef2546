import type { MiniElement } from "./miniNode.ts";

/** One step of a selector: what an element itself must be. */
interface Compound {
  tag: string | undefined;
  id: string | undefined;
  classes: string[];
  attributes: { name: string; operator: string; value: string }[];
  /** How it hangs on the step before. */
  combinator: " " | ">" | "";
}

/** The alternatives of a selector list, each as its steps from the outside in. */
export type Selector = readonly (readonly Compound[])[];

const parsed = new Map<string, Selector>();

const compound =
  /^(\*|[A-Za-z][\w-]*)?((?:#[\w-]+|\.[\w-]+|\[\s*[\w:-]+\s*(?:[~^$*|]?=\s*(?:"[^"]*"|'[^']*'|[^\]\s]*)\s*)?\])*)/;

/** Reads a selector of tags, classes, ids, attributes, descendants and children; throws on anything else. */
export function parseSelector(text: string): Selector {
  const known = parsed.get(text);
  if (known) return known;
  const selector = text.split(",").map((part) => parseSteps(part.trim(), text));
  parsed.set(text, selector);
  return selector;
}

function parseSteps(text: string, whole: string): Compound[] {
  const steps: Compound[] = [];
  let rest = text;
  let combinator: Compound["combinator"] = "";
  while (rest) {
    const match = compound.exec(rest)!;
    if (!match[0]) break;
    rest = rest.slice(match[0].length);
    steps.push(parseCompound(match[1], match[2] ?? "", combinator));
    const join = /^\s*>\s*|^\s+/.exec(rest)?.[0];
    if (join === undefined) break;
    combinator = join.includes(">") ? ">" : " ";
    rest = rest.slice(join.length);
  }
  if (rest || steps.length === 0)
    throw new Error(
      `The selector ${JSON.stringify(whole)} is beyond what charts in a worker understand. Use tags, .classes, #ids and [attributes].`,
    );
  return steps;
}

function parseCompound(
  tag: string | undefined,
  text: string,
  combinator: Compound["combinator"],
): Compound {
  const step: Compound = {
    tag: tag === "*" ? undefined : tag,
    id: undefined,
    classes: [],
    attributes: [],
    combinator,
  };
  for (const [part] of text.matchAll(/#[\w-]+|\.[\w-]+|\[[^\]]*\]/g)) {
    if (part.startsWith("#")) step.id = part.slice(1);
    else if (part.startsWith(".")) step.classes.push(part.slice(1));
    else {
      const match = /^\[\s*([\w:-]+)\s*(?:([~^$*|]?=)\s*(.*?)\s*)?\]$/.exec(
        part,
      )!;
      step.attributes.push({
        name: match[1]!,
        operator: match[2] ?? "",
        value: (match[3] ?? "").replace(/^(["'])(.*)\1$/, "$2"),
      });
    }
  }
  return step;
}

/** Whether the selector finds the element. */
export function matchesSelector(
  element: MiniElement,
  selector: Selector,
): boolean {
  return selector.some((steps) =>
    matchesSteps(element, steps, steps.length - 1),
  );
}

function matchesSteps(
  element: MiniElement,
  steps: readonly Compound[],
  index: number,
): boolean {
  const step = steps[index]!;
  if (!matchesCompound(element, step)) return false;
  if (index === 0) return true;
  let above = element.parentNode;
  if (step.combinator === ">")
    return above !== null && matchesSteps(above, steps, index - 1);
  for (; above; above = above.parentNode)
    if (matchesSteps(above, steps, index - 1)) return true;
  return false;
}

function matchesCompound(element: MiniElement, step: Compound): boolean {
  if (
    step.tag !== undefined &&
    step.tag.toLowerCase() !== element.localName.toLowerCase()
  )
    return false;
  if (step.id !== undefined && element.id !== step.id) return false;
  const classes = element.className.split(/\s+/);
  if (!step.classes.every((name) => classes.includes(name))) return false;
  return step.attributes.every(({ name, operator, value }) => {
    const actual = element.getAttribute(name);
    if (actual === null) return false;
    switch (operator) {
      case "":
        return true;
      case "=":
        return actual === value;
      case "^=":
        return actual.startsWith(value);
      case "$=":
        return actual.endsWith(value);
      case "*=":
        return actual.includes(value);
      case "~=":
        return actual.split(/\s+/).includes(value);
      default:
        return actual === value || actual.startsWith(`${value}-`);
    }
  });
}
