/**
 * Run histories as older versions of Flowbook wrote them.
 *
 * In format 1 an event names the node that it is about, and a graph has neither maps nor settings. Each event and each graph
 * shows by its shape which format it is of: a run that was begun in one format goes on in the next.
 */
import type { RunEvent, TaskNumber } from "./events.ts";
import { plainOptions, plainSettings } from "./graph.ts";
import type { Graph, GraphNode, TaskNode } from "./graph.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * The events of a run in today's format, from the list that was stored. An event that cannot be understood ends the list,
 * for what comes after it cannot either; so does what cannot be where it is. What is left has the numbers that it had.
 */
export function upgradeEvents(events: readonly unknown[]): RunEvent[] {
  const upgraded: RunEvent[] = [];
  let graph: Graph | undefined;
  let numberOf: ReadonlyMap<string, TaskNumber> | undefined;
  for (const stored of events) {
    if (!isRecord(stored) || !isNumber(stored.at)) break;
    let event = stored;
    if ("graph" in event) {
      if ((event.type === "run-started") !== (upgraded.length === 0)) break;
      graph = upgradeGraph(event.graph);
      numberOf = undefined;
      if (graph !== event.graph) event = { ...event, graph };
    } else if (typeof event.node === "string" && graph) {
      numberOf ??= taskNumbers(graph);
      const { node, ...rest } = event;
      event = { ...rest, task: numberOf.get(node as string) };
    }
    if (!graph || !isEvent(event)) break;
    upgraded.push(event);
  }
  return upgraded;
}

function taskNumbers({ nodes }: Graph): Map<string, TaskNumber> {
  return new Map(
    nodes.flatMap(({ kind, id }, number) =>
      kind === "task" ? [[id, number] as const] : [],
    ),
  );
}

/** A graph as it is now; undefined if it is none. */
function upgradeGraph(graph: unknown): Graph | undefined {
  if (!isRecord(graph) || !isText(graph.flow) || !isRecord(graph.result))
    return undefined;
  const { nodes } = graph;
  if (!isList(nodes) || !nodes.every(isNode)) return undefined;
  if (isRecord(graph.settings)) return graph as unknown as Graph;
  return {
    ...(graph as unknown as Graph),
    nodes: nodes.map(upgradeNode),
    settings: plainSettings,
  };
}

function isNode(node: unknown): node is GraphNode {
  if (!isRecord(node) || !isText(node.id) || !isText(node.name)) return false;
  if (node.kind === "parameter") return isRecord(node.parameter);
  return (
    node.kind === "task" &&
    isRecord(node.options) &&
    isList(node.args) &&
    isList(node.waitFor)
  );
}

function upgradeNode(node: GraphNode): GraphNode {
  if (node.kind === "parameter" || "over" in node) return node;
  // What a node of format 1 has besides is as it is now.
  const old = node as Omit<TaskNode, "waitFor"> & { waitFor: string[] };
  return {
    ...old,
    over: [],
    within: [],
    waitFor: old.waitFor.map((id) => ({ node: id, each: 0 })),
    options: { ...plainOptions, ...old.options },
  };
}

/** For each kind of event, whether one has what it needs to be replayed. */
const checks = {
  "run-started": (event) =>
    hasPlan(event) &&
    isText(event.run) &&
    isList(event.reused) &&
    isList(event.excluded),
  "run-resumed": (event) =>
    hasPlan(event) &&
    isList(event.kept) &&
    (event.left === undefined || isList(event.left)),
  "task-mapped": (event) => isTask(event) && isCount(event.count),
  "task-unmappable": (event) => isTask(event) && isError(event.error),
  "trigger-answered": isTask,
  "attempt-started": isAttempt,
  "attempt-named": (event) => isAttempt(event) && isText(event.name),
  "attempt-returned": isAttempt,
  "attempt-committed": (event) =>
    isAttempt(event) && isNumber(event.size) && areTies(event),
  "attempts-committed": ({ tasks, startedAt, endedAt, sizes, names }) =>
    isColumn(tasks) &&
    [startedAt, endedAt, sizes].every(
      (column) => isColumn(column) && column.length === tasks.length,
    ) &&
    (names === undefined ||
      (isList(names) && names.every(isText) && names.length === tasks.length)),
  "attempt-reused": (event) =>
    isAttempt(event) &&
    isText(event.run) &&
    isText(event.key) &&
    areTies(event),
  "attempt-failed": (event) => isAttempt(event) && isError(event.error),
  "attempt-skipped": isAttempt,
  "attempt-paused": isAttempt,
  "pause-answered": (event) => isTask(event) && isRecord(event.answer),
  "attempt-crashed": (event) => isAttempt(event) && isText(event.message),
  "timer-fired": ({ task, attempt, timer }) =>
    (task === -1 || isCount(task)) && isCount(attempt) && isText(timer),
  "task-marked": (event) =>
    isTask(event) &&
    isNumber(event.size) &&
    (event.key === undefined || isText(event.key)),
  "cancel-requested": ({ task }) => task === undefined || isCount(task),
  "run-interrupted": () => true,
} satisfies Record<RunEvent["type"], (event: Fields) => boolean>;

function isEvent(event: Fields): event is Fields & RunEvent {
  const { type } = event;
  return (
    isText(type) &&
    Object.hasOwn(checks, type) &&
    checks[type as RunEvent["type"]](event)
  );
}

function hasPlan({ graph, keys, parameters }: Fields): boolean {
  return isRecord(graph) && isRecord(keys) && isRecord(parameters);
}

function isTask({ task }: Fields): boolean {
  return isCount(task);
}

function isAttempt(event: Fields): boolean {
  return isTask(event) && isCount(event.attempt);
}

function isError(error: unknown): boolean {
  return isRecord(error) && isText(error.message);
}

/** What a result hangs on, if that is said. */
function areTies({ files, tables }: Fields): boolean {
  return [files, tables].every(
    (ties) =>
      ties === undefined ||
      (isRecord(ties) && Object.values(ties).every(isText)),
  );
}

function isColumn(column: unknown): column is { length: number } {
  return Array.isArray(column) || ArrayBuffer.isView(column);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && !Number.isNaN(value);
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}
