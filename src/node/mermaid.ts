import type { Graph } from "../core/graph.ts";

/** A flow's graph in Mermaid's language, as GitHub draws it. */
export function toMermaid(graph: Graph): string {
  const ids = new Map(graph.nodes.map(({ id }, at) => [id, `n${at}`]));
  const nodes = graph.nodes.map((node) => {
    const id = ids.get(node.id)!;
    if (node.kind === "parameter") return `  ${id}([${quote(node.name)}])`;
    const name = quote(node.name);
    if (node.mapped) return `  ${id}[[${name}]]`;
    return node.operator?.type === "case"
      ? `  ${id}{${name}}`
      : `  ${id}[${name}]`;
  });
  const edges = graph.edges.map(({ from, to, input }) => {
    const label = input ? `|${quote(input)}|` : "";
    return `  ${ids.get(from)} -->${label} ${ids.get(to)}`;
  });
  return ["flowchart TD", ...nodes, ...edges, ""].join("\n");
}

/** Text that Mermaid takes as nothing but text. */
function quote(text: string): string {
  return `"${text.replace(/[&"<>#`]/g, (sign) => `#${sign.codePointAt(0)};`).replace(/\s+/g, " ")}"`;
}
