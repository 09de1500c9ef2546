import type { Graph, GraphNode, NodeId } from "../../core/graph.ts";
import type { PlanItem } from "../../core/plan.ts";
import type { RunState } from "../../core/run.ts";
import { hasResult } from "../../core/state.ts";
import type {
  GraphModel,
  GraphModelNode,
} from "../../views/graph/graphModel.ts";
import { planReason } from "../planWords.ts";
import type { Progress } from "../session.svelte.ts";

/** What the picture of a flow is made from. */
export interface FlowSituation {
  /** The graph as it stands in the text. */
  graph: Graph | undefined;
  run: RunState | undefined;
  /** True when `run` is the flow's newest: then the newest text is drawn, with the states that it has so far. */
  isLatest: boolean;
  /** Values of the form, for a flow that has not run. */
  parameters: Readonly<Record<string, unknown>>;
  progress: Readonly<Record<NodeId, Progress>>;
  /** What a resumption would do; undefined if a plain run is next. */
  resumption: readonly PlanItem[] | undefined;
  selected: NodeId | undefined;
}

/** The graph on show: of the newest text, or of an older run. */
export function shownGraph(situation: FlowSituation): Graph | undefined {
  const { graph, run, isLatest } = situation;
  return isLatest ? (graph ?? run?.graph) : run?.graph;
}

/** Makes models for the drawing. Nodes that did not change are the same objects as in the model before. */
export function createModeller(): (situation: FlowSituation) => GraphModel {
  let before = new Map<string, { text: string; node: GraphModelNode }>();
  return (situation) => {
    const graph = shownGraph(situation);
    const now = new Map<string, { text: string; node: GraphModelNode }>();
    const nodes = (graph?.nodes ?? []).map((source) => {
      const node = toModelNode(source, situation);
      const text = fingerprint(node);
      const known = before.get(node.id);
      const kept = known?.text === text ? known : { text, node };
      now.set(node.id, kept);
      return kept.node;
    });
    before = now;
    return { nodes, edges: graph?.edges ?? [], selected: situation.selected };
  };
}

function toModelNode(
  node: GraphNode,
  situation: FlowSituation,
): GraphModelNode {
  const { run, isLatest, parameters, progress, resumption } = situation;
  if (node.kind === "parameter")
    return {
      id: node.id,
      name: node.name,
      kind: "parameter",
      value: isLatest
        ? (parameters[node.name] ?? node.parameter.default)
        : run?.parameters[node.name],
      state: "Pending",
      attempt: 0,
      attempts: 1,
      mapped: false,
    };
  const task = run?.tasks.get(node.id);
  const planned = resumption?.find(({ id }) => id === node.id);
  return {
    id: node.id,
    name: node.name,
    kind: "task",
    state: task?.state ?? "Pending",
    // Retries are counted anew after a resumption.
    attempt: task ? task.attempt - (task.attemptsBefore ?? 0) : 0,
    attempts: node.options.retries + 1,
    message: task?.message,
    startedAt: task?.startedAt,
    endedAt: task?.endedAt,
    retryAt: task?.retryAt,
    progress: progress[node.id],
    mapped: node.mapped,
    stale:
      task && hasResult(task.state) && planned?.action === "run"
        ? planReason(planned)
        : undefined,
  };
}

function fingerprint(node: GraphModelNode): string {
  try {
    return JSON.stringify(node);
  } catch {
    // a parameter's value that JSON cannot say is drawn anew each time
    return `${Math.random()}`;
  }
}
