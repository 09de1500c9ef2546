import type { Graph } from "../core/graph.ts";
import type { Parameter } from "../core/parameter.ts";

/** The parameters of a flow, in the order of its graph. */
export function parametersOf(graph: Graph): readonly Parameter[] {
  return graph.nodes.flatMap((node) =>
    node.kind === "parameter" ? [node.parameter] : [],
  );
}
