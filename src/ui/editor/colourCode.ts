/** The colours of code that stands still, without an editor. */
import { highlightTree, tagHighlighter } from "@lezer/highlight";
import { parser as javascript } from "@lezer/javascript";
import sqlWords from "virtual:sql-words";
import type { CellKind } from "../../notebook/document.ts";
import { colours } from "./colours.ts";
import {
  hasDirectionMarks,
  markElement,
  splitDirectionMarks,
} from "./directionMarks.ts";
import { createSqlTokens, type Token } from "./sqlTokens.ts";

const typescript = javascript.configure({ dialect: "ts" });
const expression = typescript.configure({ top: "SingleExpression" });
const highlighter = tagHighlighter(colours);
const sqlTokens = createSqlTokens(sqlWords, (code) =>
  tokensIn(expression, code),
);

/** Shows a text in an element, in the colours that an editor would give it. */
export function colourCode(
  element: HTMLElement,
  text: string,
  kind: CellKind,
): void {
  // Hardly any text has marks, and one may have 100,000 parts.
  const shown = hasDirectionMarks(text) ? withMarks : (part: string) => [part];
  const nodes: (Node | string)[] = [];
  let at = 0;
  for (const [from, to, colour] of tokensOf(text, kind)) {
    nodes.push(...shown(text.slice(at, from)));
    const span = document.createElement("span");
    span.className = colour;
    span.append(...shown(text.slice(from, to)));
    nodes.push(span);
    at = to;
  }
  element.replaceChildren(...nodes, ...shown(text.slice(at)));
}

function withMarks(text: string): (Node | string)[] {
  return splitDirectionMarks(text).map((part, at) =>
    at % 2 === 1 ? markElement(part) : part,
  );
}

/** The coloured parts of a text, in their order. */
export function tokensOf(text: string, kind: CellKind): readonly Token[] {
  if (kind === "md") return [];
  if (kind === "sql") return sqlTokens(text);
  return tokensIn(kind === "ts" ? typescript : javascript, text);
}

function tokensIn(parser: typeof javascript, text: string): Token[] {
  const tokens: Token[] = [];
  highlightTree(parser.parse(text), highlighter, (...token) =>
    tokens.push(token),
  );
  return tokens;
}
