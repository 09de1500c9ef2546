/**
 * Markdown as a tree of the few elements and attributes that prose may have. Nothing else can be said with these types, so
 * whatever a notebook's text holds, no other element and no script comes of it.
 */
import type { Token, Tokens } from "marked";
import { showDirectionMarks } from "../../core/words.ts";
import { decodeEntities } from "./entities.ts";
import { lex } from "./lex.ts";

export const proseTags = [
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "p",
  "em",
  "strong",
  "del",
  "code",
  "pre",
  "ul",
  "ol",
  "li",
  "input",
  "table",
  "thead",
  "tbody",
  "tr",
  "th",
  "td",
  "blockquote",
  "a",
  "img",
  "hr",
  "br",
] as const;
export type ProseTag = (typeof proseTags)[number];

export const proseAttributes = [
  "href",
  "title",
  "rel",
  "target",
  "src",
  "alt",
  "start",
  "data-language",
  "data-align",
  "type",
  "checked",
  "disabled",
  "class",
  "aria-label",
] as const;
export type ProseAttribute = (typeof proseAttributes)[number];

/** A text, or an element. */
export type ProseNode = string | ProseElement;
export interface ProseElement {
  tag: ProseTag;
  attributes: Partial<Record<ProseAttribute, string>>;
  children: readonly ProseNode[];
}

/** Reads Markdown. Its headings begin at h2, as the page has an h1 of its own. */
export function toTree(markdown: string): readonly ProseNode[] {
  try {
    return blocks(lex(markdown));
  } catch {
    // What is too long, or nested so deeply that the lexer runs out of stack.
    return [element("pre", [markdown])];
  }
}

function blocks(tokens: readonly Token[]): ProseNode[] {
  return tokens.flatMap((token) => block(token as MarkedToken));
}

type MarkedToken =
  | Tokens.Blockquote
  | Tokens.Br
  | Tokens.Checkbox
  | Tokens.Code
  | Tokens.Codespan
  | Tokens.Def
  | Tokens.Del
  | Tokens.Em
  | Tokens.Escape
  | Tokens.Heading
  | Tokens.Hr
  | Tokens.HTML
  | Tokens.Image
  | Tokens.Link
  | Tokens.List
  | Tokens.ListItem
  | Tokens.Paragraph
  | Tokens.Space
  | Tokens.Strong
  | Tokens.Table
  | Tokens.Tag
  | Tokens.Text;

function block(token: MarkedToken): ProseNode[] {
  switch (token.type) {
    case "space":
    case "def":
      return [];
    case "heading":
      return [element(headingTag(token.depth), inline(token.tokens))];
    case "paragraph":
      return [element("p", inline(token.tokens))];
    case "blockquote":
      return [element("blockquote", blocks(token.tokens))];
    case "code": {
      const language = /^\S*/.exec(token.lang ?? "")?.[0] ?? "";
      return [
        element(
          "pre",
          [code(token.text)],
          language === "" ? {} : { "data-language": language },
        ),
      ];
    }
    case "hr":
      return [element("hr")];
    case "list":
      return [list(token)];
    case "table":
      return [table(token)];
    case "html":
      return isComment(token.text) ? [] : [element("p", [token.text.trim()])];
    default:
      return inline([token]);
  }
}

/** Code as it runs: what turns the direction of writing round is seen. */
function code(text: string): ProseNode {
  return element("code", [showDirectionMarks(text)]);
}

function inline(tokens: readonly Token[] | undefined): ProseNode[] {
  return (tokens ?? []).flatMap((token) => phrase(token as MarkedToken));
}

function phrase(token: MarkedToken): ProseNode[] {
  switch (token.type) {
    case "text":
      return "tokens" in token && token.tokens
        ? inline(token.tokens)
        : [decodeEntities(token.text)];
    case "escape":
      return [token.text];
    case "strong":
    case "em":
    case "del":
      return [element(token.type, inline(token.tokens))];
    case "codespan":
      return [code(token.text)];
    case "br":
      return [element("br")];
    case "checkbox":
      return [checkbox(token.checked)];
    case "link":
      return link(token.href, token.title, inline(token.tokens));
    case "image":
      return image(token);
    case "html":
      return isComment(token.text) ? [] : [token.text];
    case "paragraph":
    case "heading":
    case "blockquote":
    case "code":
    case "hr":
    case "list":
    case "table":
    case "space":
    case "def":
      return block(token);
    default:
      return [token.raw];
  }
}

function list(token: Tokens.List): ProseElement {
  const items = token.items.map((item) =>
    element("li", blocks(item.tokens), item.task ? { class: "task" } : {}),
  );
  if (!token.ordered) return element("ul", items);
  return element(
    "ol",
    items,
    token.start === "" || token.start === 1
      ? {}
      : { start: String(token.start) },
  );
}

function checkbox(isChecked: boolean): ProseElement {
  return element("input", [], {
    type: "checkbox",
    disabled: "",
    "aria-label": isChecked ? "done" : "not done",
    ...(isChecked ? { checked: "" } : {}),
  });
}

function table(token: Tokens.Table): ProseElement {
  const row = (
    tag: "th" | "td",
    cells: readonly Tokens.TableCell[],
  ): ProseElement =>
    element(
      "tr",
      cells.map((cell) =>
        element(
          tag,
          inline(cell.tokens),
          cell.align ? { "data-align": cell.align } : {},
        ),
      ),
    );
  return element("table", [
    element("thead", [row("th", token.header)]),
    element(
      "tbody",
      token.rows.map((cells) => row("td", cells)),
    ),
  ]);
}

function link(
  address: string,
  title: string | null | undefined,
  children: readonly ProseNode[],
): ProseNode[] {
  const href = safeAddress(decodeEntities(address));
  // Without its address the text is still worth reading.
  if (href === undefined) return [...children];
  const attributes: ProseElement["attributes"] = { href };
  if (title) attributes.title = decodeEntities(title);
  if (!href.startsWith("#")) {
    attributes.rel = "noopener noreferrer";
    attributes.target = "_blank";
  }
  return [element("a", children, attributes)];
}

function image(token: Tokens.Image): ProseNode[] {
  const source = token.href.trim();
  const words = decodeEntities(token.text);
  if (/^data:image\/[\w.+-]+[;,]/i.test(source)) {
    const title: ProseElement["attributes"] = token.title
      ? { title: decodeEntities(token.title) }
      : {};
    return [element("img", [], { src: source, alt: words, ...title })];
  }
  // A picture from elsewhere would tell its server who reads the notebook.
  return link(token.href, token.title, [words === "" ? token.href : words]);
}

/** The address if a link may lead there: the web, mail, and places in the page. */
function safeAddress(address: string): string | undefined {
  if (address.startsWith("#")) return address;
  try {
    const url = new URL(address);
    return ["http:", "https:", "mailto:"].includes(url.protocol)
      ? url.href
      : undefined;
  } catch {
    return undefined;
  }
}

function headingTag(depth: number): ProseTag {
  return (["h2", "h3", "h4", "h5", "h6"] as const)[depth - 1] ?? "h6";
}

function isComment(html: string): boolean {
  return /^\s*<!--(?:(?!-->)[\s\S])*-->\s*$/.test(html);
}

function element(
  tag: ProseTag,
  children: readonly ProseNode[] = [],
  attributes: ProseElement["attributes"] = {},
): ProseElement {
  return { tag, attributes, children };
}
