import { MiniElement, MiniText } from "./miniNode.ts";
import { namespaces } from "./namespaces.ts";

/** Elements of HTML that have no end tag. */
const voidElements = new Set([
  "area",
  "base",
  "br",
  "col",
  "embed",
  "hr",
  "img",
  "input",
  "link",
  "meta",
  "source",
  "track",
  "wbr",
]);

/** An element, or what is inside it, as markup that is good both as HTML and, for SVG, as a file of its own. */
export function writeMarkup(
  element: MiniElement,
  part: "whole" | "inside",
): string {
  const pieces: string[] = [];
  if (part === "whole") writeElement(element, pieces, true);
  else writeChildren(element, pieces);
  return pieces.join("");
}

function writeElement(
  element: MiniElement,
  pieces: string[],
  isRoot: boolean,
): void {
  const { localName: name } = element;
  // A name that is none could end the tag and begin something else.
  if (!/^[A-Za-z][\w:.-]*$/.test(name)) return;
  pieces.push("<", name);
  if (isRoot && name === "svg") {
    if (!element.hasAttribute("xmlns"))
      pieces.push(` xmlns="${namespaces.svg}"`);
    if (!element.hasAttribute("xmlns:xlink"))
      pieces.push(` xmlns:xlink="${namespaces.xlink}"`);
  }
  for (const [key, value] of element.attributes)
    if (/^[A-Za-z_][\w:.-]*$/.test(key))
      pieces.push(" ", key, '="', escapeAttribute(value), '"');
  const isHtml = element.namespaceURI === namespaces.html;
  if (isHtml && voidElements.has(name)) {
    pieces.push(">");
    return;
  }
  if (!isHtml && !element.hasChildNodes() && element.rawMarkup === undefined) {
    pieces.push("/>");
    return;
  }
  pieces.push(">");
  writeChildren(element, pieces);
  pieces.push("</", name, ">");
}

function writeChildren(element: MiniElement, pieces: string[]): void {
  if (element.rawMarkup !== undefined) pieces.push(element.rawMarkup);
  // HTML reads the inside of a style literally; SVG reads it as any text.
  const isLiteral =
    element.namespaceURI === namespaces.html &&
    (element.localName === "style" || element.localName === "script");
  for (const child of element.childNodes) {
    if (child instanceof MiniElement) writeElement(child, pieces, false);
    else if (child instanceof MiniText)
      pieces.push(
        isLiteral ? child.data.replace(/<\//g, "<\\/") : escapeText(child.data),
      );
  }
}

function escapeText(text: string): string {
  return text
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;");
}

function escapeAttribute(text: string): string {
  return escapeText(text).replace(/"/g, "&quot;");
}
