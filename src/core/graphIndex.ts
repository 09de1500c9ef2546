import { EngineBug, FlowError } from "./errors.ts";
import type {
  Graph,
  GraphNode,
  NodeId,
  Source,
  TaskNode,
  Template,
} from "./graph.ts";

/** What a run of a mapped node waits for at one level of the map, besides what the node as a whole waits for. */
export interface MapDependency {
  /** The number of the node that waits, and of the node that it waits for. */
  to: number;
  from: number;
  /** At which level the runs of both belong to each other: 1 for the elements of a map, 0 for the whole. */
  level: number;
  /** For the run's end, or for its being expanded into elements. */
  until: "final" | "expanded";
  /** Whether its elements are what this level goes over. */
  isSource: boolean;
}

/** A graph's nodes by number, in the order of the graph, and what each needs and is needed by; neighbours are listed once. */
export interface GraphIndex {
  nodes: readonly GraphNode[];
  numberOf: ReadonlyMap<NodeId, number>;
  /** All that a node needs in any way, parameters included. */
  upstream: readonly (readonly number[])[];
  downstream: readonly (readonly number[])[];
  /** The tasks that must be final as a whole before a node is looked at, and the other way round. */
  needs: readonly (readonly number[])[];
  neededBy: readonly (readonly number[])[];
  /** What is more to be waited for, by the number of the node that waits; undefined for nodes that are not mapped. The other way round, the deepest level comes first. */
  mapNeeds: readonly (readonly MapDependency[] | undefined)[];
  mapNeededBy: readonly (readonly MapDependency[] | undefined)[];
  /** What is part of a sub-flow, by its node's id. */
  inside: ReadonlyMap<NodeId, readonly number[]>;
}

const indexes = new WeakMap<Graph, GraphIndex>();

/** The index of a graph. It takes about a microsecond per node and edge to make, so that is done once for each. */
export function indexGraph(graph: Graph): GraphIndex {
  let index = indexes.get(graph);
  if (!index) indexes.set(graph, (index = makeIndex(graph)));
  return index;
}

function makeIndex(graph: Graph): GraphIndex {
  const { nodes } = graph;
  const numberOf = new Map<NodeId, number>();
  nodes.forEach((node, number) => numberOf.set(node.id, number));
  if (numberOf.size < nodes.length)
    throw new EngineBug(`Two nodes of ${graph.flow} have the same id.`);
  const depthOf = (id: NodeId): number => {
    const node = nodes[numberOf.get(id) ?? -1];
    return node?.kind === "task" ? node.over.length : 0;
  };
  const upstream: (readonly number[])[] = [];
  const needs: (readonly number[])[] = [];
  const mapNeeds: (MapDependency[] | undefined)[] = [];
  const all = new Neighbours(nodes.length);
  const whole = new Neighbours(nodes.length);
  let inside: MapDependency[] | undefined;
  const found = (
    to: number,
    id: NodeId,
    level: number,
    until: "final" | "expanded",
    isSource: boolean,
  ): void => {
    const from = numberOf.get(id);
    if (from === undefined)
      throw new EngineBug(
        `${nodes[to]!.id} of ${graph.flow} needs ${id}, which is not there.`,
      );
    all.add(from, to);
    if (nodes[from]!.kind !== "task") return;
    if (level === 0 && until === "final") {
      whole.add(from, to);
      return;
    }
    inside ??= [];
    const known = inside.find(
      (other) =>
        other.from === from && other.level === level && other.until === until,
    );
    if (known) known.isSource ||= isSource;
    else inside.push({ to, from, level, until, isSource });
  };
  nodes.forEach((node, to) => {
    inside = undefined;
    if (node.kind === "task")
      visitSources(node, depthOf, (...source) => {
        found(to, ...source);
      });
    const list = all.take();
    upstream.push(list);
    needs.push(whole.take(list));
    mapNeeds.push(inside);
  });
  const mapNeededBy: (MapDependency[] | undefined)[] = nodes.map(
    () => undefined,
  );
  for (const list of mapNeeds)
    for (const dependency of list ?? [])
      (mapNeededBy[dependency.from] ??= []).push(dependency);
  for (const list of mapNeededBy)
    list?.sort((one, other) => other.level - one.level);
  const parts = new Map<NodeId, number[]>();
  nodes.forEach((node, number) => {
    if (node.kind !== "task") return;
    for (const id of node.within) {
      const list = parts.get(id);
      if (list) list.push(number);
      else parts.set(id, [number]);
    }
  });
  return {
    nodes,
    numberOf,
    upstream,
    downstream: reverse(upstream),
    needs,
    neededBy: reverse(needs),
    mapNeeds,
    mapNeededBy,
    inside: parts,
  };
}

const none: readonly number[] = [];

/** Collects the neighbours of one node after the other, each once, into lists that are as long as they have to be. */
class Neighbours {
  readonly #found: number[] = [];
  #count = 0;
  readonly #lastOf: Int32Array;

  constructor(nodes: number) {
    this.#lastOf = new Int32Array(nodes).fill(-1);
  }

  add(neighbour: number, of: number): void {
    if (this.#lastOf[neighbour] === of) return;
    this.#lastOf[neighbour] = of;
    this.#found[this.#count++] = neighbour;
  }

  /** Those of a node; `same` is taken if it is as long, of which they are some. */
  take(same = none): readonly number[] {
    const count = this.#count;
    this.#count = 0;
    return count === same.length ? same : this.#found.slice(0, count);
  }
}

function reverse(lists: readonly (readonly number[])[]): (readonly number[])[] {
  const counts = new Int32Array(lists.length);
  for (const list of lists) for (const from of list) counts[from]! += 1;
  const reversed = Array.from(counts, (count) =>
    count === 0 ? none : new Array<number>(count),
  );
  counts.fill(0);
  lists.forEach((list, to) => {
    for (const from of list) (reversed[from] as number[])[counts[from]!++] = to;
  });
  return reversed;
}

/** Calls back for everything that a run of the node, at any level of its map, waits for. */
function visitSources(
  node: TaskNode,
  depthOf: (id: NodeId) => number,
  found: (
    id: NodeId,
    level: number,
    until: "final" | "expanded",
    isSource: boolean,
  ) => void,
): void {
  const need = ({ node: id, each }: Source): void => {
    if (each > node.over.length)
      throw new EngineBug(`${node.id} follows ${id} deeper than it is mapped.`);
    found(id, each, "final", false);
    for (let level = 0; level < each; level += 1)
      found(id, level, "expanded", false);
  };
  node.over.forEach((inputs, level) => {
    for (const { of } of inputs)
      if (isRunByRun(of, level, depthOf))
        found((of as { node: NodeId }).node, level, "expanded", true);
      else visitRefs(of, need);
  });
  for (const arg of node.args) visitRefs(arg, need, false);
  for (const source of node.waitFor) need(source);
  const { operator } = node;
  if (operator?.type === "merge")
    for (const guard of operator.guards) if (guard) need(guard);
  if (operator?.type === "flow") operator.reference.forEach(need);
}

/** Whether a list that a map goes over is the runs of another mapped node, so that each element starts when that run has ended. */
export function isRunByRun(
  of: Template,
  level: number,
  depthOf: (id: NodeId) => number,
): of is Template & { type: "ref" } {
  return (
    of.type === "ref" &&
    of.path.length === 0 &&
    (of.each ?? 0) === level &&
    depthOf(of.node) > level
  );
}

/** Calls back for each ref in a template. Lists that a map goes over (`each`) can be left out: `over` has them too. */
export function visitRefs(
  template: Template,
  found: (source: Source) => void,
  withLists = true,
): void {
  switch (template.type) {
    case "value":
      return;
    case "ref":
      found({ node: template.node, each: template.each ?? 0 });
      return;
    case "each":
      if (withLists) visitRefs(template.of, found);
      return;
    case "flatten":
    case "parameter":
      visitRefs(template.of, found, withLists);
      return;
    case "list":
      for (const item of template.items) visitRefs(item, found, withLists);
      return;
    case "object":
      for (const [, entry] of template.entries)
        visitRefs(entry, found, withLists);
  }
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

/** The tasks that no other task among those included needs: by these a flow run is judged. Clean-ups are none, and do not count as needing. */
export function leaves(
  index: GraphIndex,
  isIncluded: (number: number) => boolean = () => true,
): number[] {
  const counts = (number: number): boolean => {
    const node = index.nodes[number]!;
    return (
      node.kind === "task" && node.cleanupOf === undefined && isIncluded(number)
    );
  };
  return index.nodes.flatMap((_, number) =>
    counts(number) && !index.downstream[number]!.some(counts) ? [number] : [],
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
