import type { Time } from "../../core/events.ts";
import { stateLabel } from "../states.ts";
import type { GraphModel } from "./graphModel.ts";
import { detailText, durationText, valueText } from "./nodeText.ts";

/** A row of the table that says what the graph shows. */
export interface GraphRow {
  id: string;
  name: string;
  kind: "task" | "parameter";
  /** The state and its details; a parameter's value. */
  state: string;
  /** Names of the nodes that it takes something from, with the argument where that is known: `transform (rows)`. */
  upstream: readonly string[];
  duration: string;
  message: string;
}

/** The graph as rows of a table, in the order of the model. */
export function graphRows(model: GraphModel, now: Time): GraphRow[] {
  const names = new Map(model.nodes.map((node) => [node.id, node.name]));
  return model.nodes.map((node) => ({
    id: node.id,
    name: node.name,
    kind: node.kind,
    state:
      node.kind === "parameter"
        ? valueText(node.value)
        : stateText(detailText(node, now), node.mapped),
    upstream: model.edges
      .filter((edge) => edge.to === node.id && names.has(edge.from))
      .map(
        (edge) =>
          names.get(edge.from)! +
          (edge.input === undefined ? "" : ` (${edge.input})`),
      ),
    duration: durationText(node, now),
    message:
      node.message ?? (node.stale === undefined ? "" : `Stale: ${node.stale}`),
  }));
}

/** How many tasks are in which state, in words: `3 Success, 1 Running`. */
export function graphSummary(model: GraphModel): string {
  const counts = new Map<string, number>();
  for (const node of model.nodes) {
    if (node.kind === "parameter") continue;
    const label = stateLabel(node.state);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  if (counts.size === 0) return "No tasks";
  return [...counts].map(([label, count]) => `${count} ${label}`).join(", ");
}

function stateText(detail: string, isMapped: boolean): string {
  return isMapped ? `${detail} · mapped` : detail;
}
