import { viewGraph } from "../core/graphView.ts";
import type {
  Edge,
  Graph,
  GraphNode,
  NodeId,
  TaskNode,
} from "../core/graph.ts";
import { countTries, type RunState, type TaskRun } from "../core/run.ts";
import { isFinal, type State } from "../core/state.ts";
import type {
  GraphModel,
  GraphModelNode,
  NodeRole,
} from "../views/graph/graphModel.ts";
import { nodeNames } from "./nodeNames.ts";
import type { EngineUpdate } from "../engine/services.ts";
import { countElements, elementsModel } from "./elements.ts";

/** What the picture of a flow is made from. */
export interface FlowSituation {
  /** The graph as it stands in the text. */
  graph: Graph | undefined;
  run: RunState | undefined;
  /** True when `run` is the flow's newest: then the newest text is drawn, with the states that it has so far. */
  isLatest: boolean;
  /** Values of the form, for a flow that has not run. */
  parameters: Readonly<Record<string, unknown>>;
  progress: EngineUpdate["progress"];
  /** Tasks of the newest run whose results no longer match code or inputs, with the reason. */
  stale: ReadonlyMap<NodeId, string>;
  /** What is wrong with tasks in the newest text, by the names of tasks. */
  problems?: ReadonlyMap<string, string> | undefined;
  selected: NodeId | undefined;
  /** The sub-flows whose tasks are on show. */
  open: ReadonlySet<NodeId>;
  /** The time that is shown, of a run that is played; undefined for now. */
  now?: number | undefined;
  /** What a search found. */
  found?: ReadonlySet<NodeId> | undefined;
}

/** The graph on show: of the newest text, or of an older run. */
export function shownGraph({
  graph,
  run,
  isLatest,
}: Pick<FlowSituation, "graph" | "run" | "isLatest">): Graph | undefined {
  return isLatest ? (graph ?? run?.graph) : run?.graph;
}

/** What a task node does. */
export function roleOf(node: GraphNode): NodeRole {
  if (node.kind === "parameter") return "task";
  if (node.cleanupOf !== undefined) return "cleanup";
  return node.operator?.type ?? "task";
}

/** The nodes on show, in the order in which they are read: a sub-flow before what is in it. */
interface ShownNodes {
  graph: Graph;
  open: ReadonlySet<NodeId>;
  nodes: readonly GraphNode[];
  ids: ReadonlySet<NodeId>;
  edges: readonly Edge[];
  names: ReadonlyMap<NodeId, string>;
  /** By sub-flow, the tasks in it, without those that are sub-flows themselves. */
  inside: ReadonlyMap<NodeId, readonly TaskNode[]>;
}

/** A node of the model, with all that it was made from. */
interface Made {
  node: GraphModelNode;
  source: GraphNode;
  /** Of a parameter. */
  value?: unknown;
  task?: TaskRun | undefined;
  progress?: FlowSituation["progress"][string] | undefined;
  stale?: string | undefined;
  problem?: string | undefined;
  isLeftOut?: boolean;
  isOpen?: boolean;
  /** A sub-flow says how those in it are doing. */
  inner?: readonly (TaskRun | undefined)[] | undefined;
}

/**
 * Makes models for the drawing. Nodes that did not change are the same objects as in the model before, and what a node is
 * made from is compared by identity: an update costs as much as it changes.
 */
export function createModeller(): (situation: FlowSituation) => GraphModel {
  let shown: ShownNodes | undefined;
  /** For each node on show, in their order. */
  let made: readonly Made[] = [];
  return (situation) => {
    const graph = shownGraph(situation);
    if (!graph) return { nodes: [], edges: [] };
    const before = made;
    if (shown?.graph === graph && shown.open === situation.open)
      made = shown.nodes.map((source, at) =>
        makeNode(source, situation, shown!, before[at]),
      );
    else {
      shown = showNodes(graph, situation.open);
      const byId = new Map(before.map((one) => [one.source.id, one]));
      made = shown.nodes.map((source) =>
        makeNode(source, situation, shown!, byId.get(source.id)),
      );
    }
    return {
      nodes: made.map(({ node }) => node),
      edges: shown.edges,
      selected: standIn(graph, situation.selected, shown.ids),
      found: situation.found,
      now: situation.now,
    };
  };
}

function showNodes(graph: Graph, open: ReadonlySet<NodeId>): ShownNodes {
  const { nodes, edges } = viewGraph(graph, open);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ordered = new Set<GraphNode>();
  for (const node of nodes) {
    if (node.kind === "task")
      for (const flow of node.within) {
        const found = byId.get(flow);
        if (found) ordered.add(found);
      }
    ordered.add(node);
  }
  const inside = new Map<NodeId, TaskNode[]>();
  for (const node of graph.nodes) {
    if (node.kind !== "task" || node.operator?.type === "flow") continue;
    for (const flow of node.within) {
      const list = inside.get(flow);
      if (list) list.push(node);
      else inside.set(flow, [node]);
    }
  }
  return {
    graph,
    open,
    nodes: [...ordered],
    ids: new Set(byId.keys()),
    edges,
    names: nodeNames(graph),
    inside,
  };
}

/** The node itself if it is on show, else the closed sub-flow that it is in. */
function standIn(
  graph: Graph,
  id: NodeId | undefined,
  shown: ReadonlySet<NodeId>,
): NodeId | undefined {
  if (id === undefined || shown.has(id)) return id;
  const node = graph.nodes.find((other) => other.id === id);
  return node?.kind === "task"
    ? node.within.findLast((flow) => shown.has(flow))
    : undefined;
}

function areSame(
  one: readonly unknown[] | undefined,
  other: readonly unknown[] | undefined,
): boolean {
  return (
    one?.length === other?.length &&
    (one ?? []).every((value, at) => value === other![at])
  );
}

/** The node as it is in a situation; `known` as it was before, if nothing is other. That is asked of each node at each change. */
function makeNode(
  source: GraphNode,
  situation: FlowSituation,
  shown: ShownNodes,
  known: Made | undefined,
): Made {
  const { run, isLatest, parameters, progress: allProgress } = situation;
  if (source.kind === "parameter") {
    const value = isLatest
      ? (parameters[source.name] ?? source.parameter.default)
      : run?.parameters[source.name];
    return known?.source === source && Object.is(known.value, value)
      ? known
      : { source, value, node: parameterNode(source, value) };
  }
  const { id } = source;
  const task = run?.tasks.get(id);
  const progress = allProgress[id];
  const stale = isLatest ? situation.stale.get(id) : undefined;
  const problem = isLatest ? situation.problems?.get(source.task) : undefined;
  const isLeftOut =
    task?.state === "Pending" && run !== undefined && hasEnded(run.state);
  const isOpen = shown.open.has(id);
  const inside = shown.inside.get(id);
  const inner = inside?.map((one) => run?.tasks.get(one.id));
  if (
    known?.source === source &&
    known.task === task &&
    known.progress === progress &&
    known.stale === stale &&
    known.problem === problem &&
    known.isLeftOut === isLeftOut &&
    known.isOpen === isOpen &&
    areSame(known.inner, inner)
  )
    return known;
  const node: GraphModelNode = {
    ...taskModel(source, task, shown.names.get(id) ?? source.name),
    ...(source.operator?.type === "flow"
      ? flowModel(task, inside ?? [], run, isOpen)
      : {}),
    progress,
    inside: source.within.at(-1),
    excluded: isLeftOut,
    stale,
    problem,
  };
  const from = { source, task, progress, stale, problem, isLeftOut, isOpen };
  return { ...from, inner, node };
}

function parameterNode(
  { id, name }: GraphNode,
  value: unknown,
): GraphModelNode {
  return {
    id,
    name,
    kind: "parameter",
    role: "task",
    value,
    state: "Pending",
    attempt: 0,
    attempts: 1,
    mapped: false,
  };
}

/** Whether the run is over, and was not cut off: then what is Pending was not meant to run. */
function hasEnded(state: State): boolean {
  return isFinal(state) && state !== "Crashed";
}

function taskModel(
  node: TaskNode,
  task: TaskRun | undefined,
  name: string,
): GraphModelNode {
  return {
    id: node.id,
    name,
    kind: "task",
    role: roleOf(node),
    state: task?.state ?? "Pending",
    attempt: task ? countTries(task) : 0,
    attempts: node.options.retries + 1,
    message: task?.message,
    startedAt: task?.startedAt,
    endedAt: task?.endedAt,
    retryAt: task?.retryAt,
    until: task?.until,
    waitsForPlace: task !== undefined && waitsForPlace(task),
    mapped: node.mapped,
    elements: task?.children ? elementsModel(task.children) : undefined,
    origin: task?.isMarked
      ? "marked"
      : task?.isFallback
        ? "fallback"
        : undefined,
  };
}

/** Whether a task run would start if a limit let it. */
export function waitsForPlace({ state, message }: TaskRun): boolean {
  return (
    (state === "Pending" || state === "Retrying") &&
    message?.startsWith("Waits for a place") === true
  );
}

/** What is said of a sub-flow: while it goes on, the states of its tasks say how far it is. */
function flowModel(
  task: TaskRun | undefined,
  inner: readonly TaskNode[],
  run: RunState | undefined,
  isOpen: boolean,
): Partial<GraphModelNode> {
  let done = 0;
  let total = 0;
  let startedAt: number | undefined;
  const states = new Set<State>();
  for (const { id } of inner) {
    const one = run?.tasks.get(id);
    const { children } = one ?? {};
    total += children?.count ?? 1;
    if (!one) continue;
    done += children
      ? countElements(children, isFinal)
      : isFinal(one.state)
        ? 1
        : 0;
    states.add(one.state);
    if (children?.counts.Paused) states.add("Paused");
    if (one.startedAt !== undefined)
      startedAt = Math.min(startedAt ?? Infinity, one.startedAt);
  }
  const flow = { isOpen, done, total };
  if (!task || isFinal(task.state) || task.state === "Paused")
    return { flow, startedAt: startedAt ?? task?.startedAt };
  const going = (["Paused", "Running", "Retrying"] as const).find((state) =>
    states.has(state),
  );
  return { flow, state: going ?? task.state, startedAt };
}
