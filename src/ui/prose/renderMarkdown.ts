import type { ProseNode } from "../../notebook/prose/tree.ts";

/** Markdown that was read, as elements of a document. No markup is ever parsed: each element is made by name, from a closed list. */
export function renderMarkdown(
  nodes: readonly ProseNode[],
  document: Document,
): DocumentFragment {
  const fragment = document.createDocumentFragment();
  fragment.append(...build(nodes, document));
  return fragment;
}

function build(nodes: readonly ProseNode[], document: Document): Node[] {
  return nodes.map((node) => {
    if (typeof node === "string") return document.createTextNode(node);
    const element = document.createElement(node.tag);
    for (const [name, value] of Object.entries(node.attributes))
      element.setAttribute(name, value);
    element.append(...build(node.children, document));
    return element;
  });
}
