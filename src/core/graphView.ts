import type { Edge, Graph, GraphNode, NodeId } from "./graph.ts";

/** A graph as it is drawn: each sub-flow is one node unless it is opened. */
export interface GraphView {
  nodes: readonly GraphNode[];
  edges: readonly Edge[];
}

/** The nodes and edges to be seen when these sub-flows are open. What a closed one holds counts as itself. */
export function viewGraph(
  { nodes, edges }: Pick<Graph, "nodes" | "edges">,
  open: ReadonlySet<NodeId> = new Set(),
): GraphView {
  const standIn = new Map<NodeId, NodeId>();
  const seen: GraphNode[] = [];
  for (const node of nodes) {
    const closed =
      node.kind === "task"
        ? node.within.find((flow) => !open.has(flow))
        : undefined;
    standIn.set(node.id, closed ?? node.id);
    if (closed === undefined) seen.push(node);
  }
  if (seen.length === nodes.length) return { nodes, edges };
  const known = new Set<string>();
  const joined: Edge[] = [];
  for (const edge of edges) {
    const from = standIn.get(edge.from) ?? edge.from;
    const to = standIn.get(edge.to) ?? edge.to;
    const key = JSON.stringify([from, to, edge.input]);
    if (from === to || known.has(key)) continue;
    known.add(key);
    joined.push({ ...edge, from, to });
  }
  return { nodes: seen, edges: joined };
}
