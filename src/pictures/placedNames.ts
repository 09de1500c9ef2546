import type { Graph, NodeId } from "../core/graph.ts";
import { nodeNames } from "./nodeNames.ts";

const known = new WeakMap<Graph, ReadonlyMap<NodeId, string>>();

/** The names of the nodes, each behind those of the sub-flows that it is in, where nothing else shows these: `Child › extract`. */
export function placedNames(graph: Graph): ReadonlyMap<NodeId, string> {
  const made = known.get(graph);
  if (made) return made;
  const names = nodeNames(graph);
  const placed = new Map(
    graph.nodes.map((node) => {
      const path = node.kind === "task" ? [...node.within, node.id] : [node.id];
      return [node.id, path.map((id) => names.get(id) ?? id).join(" › ")];
    }),
  );
  known.set(graph, placed);
  return placed;
}
