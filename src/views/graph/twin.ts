import type { Time } from "../../core/events.ts";
import { stateLabel } from "../states.ts";
import type { GraphModel, GraphModelNode } from "./graphModel.ts";
import {
  detailText,
  durationText,
  roleLabel,
  saysState,
  valueText,
} from "./nodeText.ts";
import * as words from "../words/graph.ts";

/** A row of the table that says what the graph shows. */
export interface GraphRow {
  id: string;
  name: string;
  kind: "task" | "parameter";
  /** What kind of node it is, if it is no plain task: `mapped`, `sub-flow`. */
  note: string;
  /** How many open sub-flows it is in. */
  depth: number;
  /** Of a sub-flow: whether its tasks follow. */
  isOpen: boolean | undefined;
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
  const upstream = new Map<string, string[]>();
  for (const { from, to, input } of model.edges) {
    const name = names.get(from);
    if (name === undefined) continue;
    const list = upstream.get(to) ?? [];
    list.push(name + (input === undefined ? "" : ` (${input})`));
    upstream.set(to, list);
  }
  const depths = new Map<string, number>();
  return model.nodes.map((node) => {
    const depth =
      node.inside === undefined ? 0 : (depths.get(node.inside) ?? 0) + 1;
    depths.set(node.id, depth);
    return {
      id: node.id,
      name: node.name,
      kind: node.kind,
      note: noteOf(node),
      depth,
      isOpen: node.flow?.isOpen,
      state:
        node.kind === "parameter"
          ? valueText(node.value)
          : stateText(node, now),
      upstream: upstream.get(node.id) ?? [],
      duration: durationText(node, now),
      message:
        node.message ??
        node.problem ??
        (node.stale === undefined ? "" : words.staleBecause(node.stale)),
    };
  });
}

function noteOf(node: GraphModelNode): string {
  if (node.kind === "parameter") return words.parameter;
  return [roleLabel(node.role), node.mapped ? words.mapped : ""]
    .filter(Boolean)
    .join(", ");
}

/** The state, before what is said in place of it. Why a result is stale has a place of its own. */
function stateText(node: GraphModelNode, now: Time): string {
  const detail = detailText({ ...node, stale: undefined }, now);
  return saysState(node) || (!node.elements && !node.flow)
    ? detail
    : `${stateLabel(node.state)}: ${detail}`;
}
