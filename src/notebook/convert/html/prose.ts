import { escapeMarkup } from "../../../core/escapeMarkup.ts";
import { toTree, type ProseNode } from "../../prose/tree.ts";

const empty: ReadonlySet<string> = new Set(["hr", "br", "img", "input"]);

/** Markdown as HTML. The tree knows a closed list of elements and attributes, and every text is escaped. */
export function proseMarkup(markdown: string): string {
  return print(toTree(markdown));
}

function print(nodes: readonly ProseNode[]): string {
  return nodes
    .map((node) => {
      if (typeof node === "string") return escapeMarkup(node);
      const attributes = Object.entries(node.attributes)
        .map(([name, value]) => ` ${name}="${escapeMarkup(value)}"`)
        .join("");
      const start = `<${node.tag}${attributes}>`;
      return empty.has(node.tag)
        ? start
        : `${start}${print(node.children)}</${node.tag}>`;
    })
    .join("");
}
