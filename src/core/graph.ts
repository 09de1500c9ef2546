import { EngineBug, FlowError } from "./errors.ts";
import type { Parameter } from "./parameter.ts";
import type { TriggerRule } from "./trigger.ts";

/** The id of a node: stable while the flow body keeps its order of calls. Tasks are `extract-1`, `extract-2`; a parameter has its own name. */
export type NodeId = string;

/**
 * A value with refs inside, as plain data: what a task is called with.
 * `value` is a constant; `ref` is the result of a node followed along `path`; lists and objects hold further templates.
 */
export type Template =
  | { type: "value"; value: unknown }
  | { type: "ref"; node: NodeId; path: readonly (string | number)[] }
  | { type: "list"; items: readonly Template[] }
  | { type: "object"; entries: readonly (readonly [string, Template])[] };

/** How a task node runs, with all defaults filled in and all durations in milliseconds. */
export interface NodeOptions {
  /** How often to try again after a failure. */
  retries: number;
  /** The wait before attempt 2, 3, ...; the last one repeats. Empty means no wait. */
  retryDelays: readonly number[];
  /** The longest that an attempt may take; undefined for no limit. */
  timeout: number | undefined;
  trigger: TriggerRule;
  tags: readonly string[];
}

/** A task called in a flow body. */
export interface TaskNode {
  kind: "task";
  id: NodeId;
  /** The name by which a worker finds the task's function. */
  task: string;
  /** The name for people. */
  name: string;
  mapped: boolean;
  options: NodeOptions;
  /** What the function is called with. */
  args: readonly Template[];
  /** Nodes that must be final first though their values are not used. */
  waitFor: readonly NodeId[];
}

/** A parameter of the flow; its value is known when the run starts. */
export interface ParameterNode {
  kind: "parameter";
  id: NodeId;
  name: string;
  parameter: Parameter;
}

export type GraphNode = TaskNode | ParameterNode;

/** That `to` needs `from`; `input` names the argument it arrives in, and is missing for a `waitFor`. */
export interface Edge {
  from: NodeId;
  to: NodeId;
  input?: string;
}

/** A traced flow: plain data that can be stored, drawn and run. Nodes are in the order in which the flow body made them. */
export interface Graph {
  flow: string;
  nodes: readonly GraphNode[];
  edges: readonly Edge[];
  /** What the flow body returned. */
  result: Template;
}

/** A graph's nodes by number, in the order of the graph, and what each needs and is needed by; neighbours are listed once. */
export interface GraphIndex {
  nodes: readonly GraphNode[];
  numberOf: ReadonlyMap<NodeId, number>;
  upstream: readonly (readonly number[])[];
  downstream: readonly (readonly number[])[];
}

/** Takes about a microsecond per node and edge, so make it once per graph. */
export function indexGraph(graph: Graph): GraphIndex {
  const numberOf = new Map<NodeId, number>();
  graph.nodes.forEach((node, number) => numberOf.set(node.id, number));
  if (numberOf.size < graph.nodes.length)
    throw new EngineBug(`Two nodes of ${graph.flow} have the same id.`);
  const upstream: number[][] = graph.nodes.map(() => []);
  for (const edge of graph.edges) {
    const from = numberOf.get(edge.from);
    const list = upstream[numberOf.get(edge.to) ?? -1];
    if (from === undefined || !list)
      throw new EngineBug(
        `The edge from ${edge.from} to ${edge.to} of ${graph.flow} leads nowhere.`,
      );
    list.push(from);
  }
  const downstream: number[][] = graph.nodes.map(() => []);
  const lastSeenBy = new Int32Array(graph.nodes.length).fill(-1);
  upstream.forEach((list, to) => {
    let kept = 0;
    for (const from of list) {
      if (lastSeenBy[from] === to) continue;
      lastSeenBy[from] = to;
      list[kept++] = from;
      downstream[from]!.push(to);
    }
    list.length = kept;
  });
  return { nodes: graph.nodes, numberOf, upstream, downstream };
}

/** The numbers of all nodes that these need, directly or not; without themselves unless they are in a circle. */
export function ancestors(
  index: GraphIndex,
  of: Iterable<number>,
): Set<number> {
  return reach(index.upstream, of);
}

/** The numbers of all nodes that need these, directly or not; without themselves unless they are in a circle. */
export function descendants(
  index: GraphIndex,
  of: Iterable<number>,
): Set<number> {
  return reach(index.downstream, of);
}

function reach(
  next: readonly (readonly number[])[],
  from: Iterable<number>,
): Set<number> {
  const reached = new Set<number>();
  const todo = [...from];
  for (let node = todo.pop(); node !== undefined; node = todo.pop())
    for (const neighbour of next[node] ?? []) {
      if (reached.has(neighbour)) continue;
      reached.add(neighbour);
      todo.push(neighbour);
    }
  return reached;
}

/** The tasks that no other task among those included needs: by these a flow run is judged. */
export function leaves(
  index: GraphIndex,
  isIncluded: (number: number) => boolean = () => true,
): number[] {
  return index.nodes.flatMap((node, number) =>
    node.kind === "task" &&
    isIncluded(number) &&
    !index.downstream[number]!.some(isIncluded)
      ? [number]
      : [],
  );
}

/** The ids of nodes that need each other in a circle, in the order of the edges; undefined if there is no circle. */
export function findCycle(graph: Graph): NodeId[] | undefined {
  const { nodes, upstream, downstream } = indexGraph(graph);
  const missing = upstream.map((list) => list.length);
  const ready = [...missing.keys()].filter((number) => missing[number] === 0);
  for (let node = ready.pop(); node !== undefined; node = ready.pop())
    for (const next of downstream[node]!)
      if (--missing[next]! === 0) ready.push(next);
  // What is left over is in a circle or behind one: going upstream among it must come round.
  let node = missing.findIndex((count) => count > 0);
  if (node < 0) return undefined;
  const path: number[] = [];
  while (!path.includes(node)) {
    path.push(node);
    node = upstream[node]!.find((number) => missing[number]! > 0)!;
  }
  return path
    .slice(path.indexOf(node))
    .reverse()
    .map((number) => nodes[number]!.id);
}

/** Throws a FlowError that names the tasks if some need each other in a circle. */
export function checkAcyclic(graph: Graph): void {
  const cycle = findCycle(graph);
  if (!cycle) return;
  const names = new Map(graph.nodes.map(({ id, name }) => [id, name]));
  const around = [...cycle, cycle[0]!].map((id) => names.get(id) ?? id);
  throw new FlowError(
    "flow-cycle",
    `The flow ${graph.flow} goes in a circle: ${around.join(" → ")}. Each of these tasks waits for the one before it, so none could start; take one of the connections out.`,
  );
}

/** The ids of the nodes that a template needs, each once, in the order in which they occur. */
export function refsOf(template: Template): NodeId[] {
  const found = new Set<NodeId>();
  const visit = (part: Template): void => {
    switch (part.type) {
      case "value":
        return;
      case "ref":
        found.add(part.node);
        return;
      case "list":
        part.items.forEach(visit);
        return;
      case "object":
        part.entries.forEach(([, entry]) => visit(entry));
        return;
    }
  };
  visit(template);
  return [...found];
}

/**
 * The value that a template stands for, with each ref replaced by a part of its node's value.
 * `nameOf` gives the names that an error speaks of, when a path leads into a value that is not there.
 */
export function resolveTemplate(
  template: Template,
  valueOf: (node: NodeId) => unknown,
  nameOf: (node: NodeId) => string = (node) => node,
): unknown {
  switch (template.type) {
    case "value":
      return template.value;
    case "ref":
      return follow(valueOf(template.node), template.path, () =>
        nameOf(template.node),
      );
    case "list":
      return template.items.map((item) =>
        resolveTemplate(item, valueOf, nameOf),
      );
    case "object":
      // An own property whatever its name, which assignment to `__proto__` is not.
      return Object.fromEntries(
        template.entries.map(([key, entry]) => [
          key,
          resolveTemplate(entry, valueOf, nameOf),
        ]),
      );
  }
}

function follow(
  value: unknown,
  path: readonly (string | number)[],
  name: () => string,
): unknown {
  path.forEach((key, depth) => {
    if (value === undefined || value === null) {
      const where = path.slice(0, depth).reduce<string>(pathText, "");
      throw new FlowError(
        "task-failed",
        `${name()} returned ${
          depth === 0
            ? value
            : value === null
              ? `null for \`${where}\``
              : `no \`${where}\``
        }: cannot read ${pathText("", key)} of ${value}.`,
      );
    }
    value = property(value, key);
  });
  return value;
}

/** A property as data has it: its own, or a built-in size like that of a Map, but neither a method nor a prototype. */
function property(value: NonNullable<unknown>, key: string | number): unknown {
  const found = (value as Record<string | number, unknown>)[key];
  if (Object.hasOwn(Object(value) as object, key)) return found;
  return typeof found === "number" ? found : undefined;
}

/** `rows[0].name` */
function pathText(before: string, key: string | number): string {
  if (typeof key === "number" || /^\d+$/.test(key)) return `${before}[${key}]`;
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key))
    return `${before}[${JSON.stringify(key)}]`;
  return before ? `${before}.${key}` : key;
}
