import { EngineBug, FlowError } from "./errors.ts";
import type {
  Graph,
  GraphNode,
  NodeId,
  Operator,
  Source,
  TaskNode,
  Template,
} from "./graph.ts";
import { NeighbourList } from "./neighbours.ts";
import type { Neighbours } from "./neighbours.ts";

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
  upstream: Neighbours;
  downstream: Neighbours;
  /** The tasks that must be final as a whole before a node is looked at, and the other way round. */
  needs: Neighbours;
  neededBy: Neighbours;
  /** What is more to be waited for, by the number of the node that waits; undefined for nodes that are not mapped. The other way round, the deepest level comes first. */
  mapNeeds: readonly (readonly MapDependency[] | undefined)[];
  mapNeededBy: readonly (readonly MapDependency[] | undefined)[];
  /** What is part of a sub-flow, by its node's id. */
  inside: ReadonlyMap<NodeId, readonly number[]>;
}

const none: readonly never[] = [];

const indexes = new WeakMap<Graph, GraphIndex>();

/** The index of a graph. To make it takes about as long as to run the graph, so that is done once for each. */
export function indexGraph(graph: Graph): GraphIndex {
  let index = indexes.get(graph);
  if (!index) indexes.set(graph, (index = makeIndex(graph)));
  return index;
}

function makeIndex(graph: Graph): GraphIndex {
  const { nodes } = graph;
  const numberOf = new Map<NodeId, number>();
  for (let number = 0; number < nodes.length; number += 1)
    numberOf.set(nodes[number]!.id, number);
  if (numberOf.size < nodes.length)
    throw new EngineBug(`Two nodes of ${graph.flow} have the same id.`);
  const needs = findNeeds(graph, numberOf);
  const upstream = needs.all.take();
  const whole = needs.whole.take();
  const areSame = upstream.total === whole.total;
  const downstream = upstream.reversed();
  return {
    nodes,
    numberOf,
    upstream,
    downstream,
    needs: areSame ? upstream : whole,
    neededBy: areSame ? downstream : whole.reversed(),
    mapNeeds: needs.inside,
    mapNeededBy: reverse(needs.inside),
    inside: findParts(nodes),
  };
}

function reverse(
  needs: readonly (readonly MapDependency[] | undefined)[],
): (MapDependency[] | undefined)[] {
  const neededBy: (MapDependency[] | undefined)[] = needs.map(() => undefined);
  for (const list of needs)
    if (list)
      for (const dependency of list)
        (neededBy[dependency.from] ??= []).push(dependency);
  for (const list of neededBy)
    list?.sort((one, other) => other.level - one.level);
  return neededBy;
}

/** What is part of each sub-flow. */
function findParts(nodes: readonly GraphNode[]): Map<NodeId, number[]> {
  const parts = new Map<NodeId, number[]>();
  for (let number = 0; number < nodes.length; number += 1) {
    const node = nodes[number]!;
    if (node.kind !== "task") continue;
    for (const id of node.within) {
      const list = parts.get(id);
      if (list) list.push(number);
      else parts.set(id, [number]);
    }
  }
  return parts;
}

/** Finds what each node of a graph, at any level of its map, waits for. */
function findNeeds(
  graph: Graph,
  numberOf: ReadonlyMap<NodeId, number>,
): NeedFinder {
  const finder = new NeedFinder(graph, numberOf);
  for (let number = 0; number < graph.nodes.length; number += 1)
    finder.visit(number);
  return finder;
}

class NeedFinder {
  /** What each node needs, what it needs as a whole, and what the levels of its map need. */
  readonly all: NeighbourList;
  readonly whole: NeighbourList;
  readonly inside: (MapDependency[] | undefined)[] = [];
  readonly #graph: Graph;
  readonly #numberOf: ReadonlyMap<NodeId, number>;
  /** The task that is looked at, its number, and what the levels of its map need. */
  #node: TaskNode | undefined;
  #to = -1;
  #inside: MapDependency[] | undefined;
  /** The number that was found last. */
  #found = 0;

  constructor(graph: Graph, numberOf: ReadonlyMap<NodeId, number>) {
    this.#graph = graph;
    this.#numberOf = numberOf;
    this.all = new NeighbourList(graph.nodes.length);
    this.whole = new NeighbourList(graph.nodes.length);
  }

  visit(number: number): void {
    const node = this.#graph.nodes[number]!;
    this.#inside = undefined;
    this.#to = number;
    if (node.kind === "task") this.#visitSources(node);
    this.inside.push(this.#inside);
    this.all.close(number);
    this.whole.close(number);
  }

  #visitSources(node: TaskNode): void {
    this.#node = node;
    node.over.forEach((inputs, level) => {
      for (const { of } of inputs)
        if (isRunByRun(of, level, this.#depthOf))
          this.#add(of.node, level, "expanded", true);
        else visitRefs(of, this.#need);
    });
    for (const arg of node.args) visitRefs(arg, this.#need, false);
    for (const source of node.waitFor) this.#need(source);
    const { operator } = node;
    if (operator?.type === "merge")
      for (const guard of operator.guards) if (guard) this.#need(guard);
    if (operator?.type === "flow") {
      operator.reference.forEach(this.#need);
      if (operator.returns) this.#need(operator.returns);
    }
  }

  readonly #depthOf = (id: NodeId): number => {
    const node = this.#graph.nodes[this.#find(id) ?? -1];
    return node?.kind === "task" ? node.over.length : 0;
  };

  /** The number of a node. What is needed next is mostly what was needed last or the one behind it, and to see that costs less than to ask the map. */
  #find(id: NodeId): number | undefined {
    const { nodes } = this.#graph;
    const last = this.#found;
    if (nodes[last]!.id === id) return last;
    const found =
      nodes[last + 1]?.id === id ? last + 1 : this.#numberOf.get(id);
    if (found !== undefined) this.#found = found;
    return found;
  }

  readonly #need = ({ node: id, each }: Source): void => {
    if (each > this.#node!.over.length)
      throw new EngineBug(
        `${this.#node!.id} follows ${id} deeper than it is mapped.`,
      );
    this.#add(id, each, "final", false);
    for (let level = 0; level < each; level += 1)
      this.#add(id, level, "expanded", false);
  };

  #add(
    id: NodeId,
    level: number,
    until: "final" | "expanded",
    isSource: boolean,
  ): void {
    const to = this.#to;
    const from = this.#find(id);
    if (from === undefined)
      throw new EngineBug(
        `${this.#node!.id} of ${this.#graph.flow} needs ${id}, which is not there.`,
      );
    this.all.add(from, to);
    if (this.#graph.nodes[from]!.kind !== "task") return;
    if (level === 0 && until === "final") {
      this.whole.add(from, to);
      return;
    }
    this.#inside ??= [];
    const known = this.#inside.find(
      (other) =>
        other.from === from && other.level === level && other.until === until,
    );
    if (known) known.isSource ||= isSource;
    else this.#inside.push({ to, from, level, until, isSource });
  }
}

/** The runs of sub-flows that a run of a node at a path is part of: the numbers of their nodes, and their own paths. */
export function flowsAround(
  { nodes, numberOf }: GraphIndex,
  { within }: TaskNode,
  path: readonly number[],
): { flow: number; path: readonly number[] }[] {
  return within.map((id) => {
    const flow = numberOf.get(id)!;
    const depth = (nodes[flow] as TaskNode).over.length;
    return { flow, path: path.slice(0, depth) };
  });
}

/** The sub-flow that a node is directly in, if any. */
export function flowAround(
  { nodes, numberOf }: GraphIndex,
  { within }: TaskNode,
): (Operator & { type: "flow" }) | undefined {
  // As of most: this is asked for every task of a run.
  if (within.length === 0) return undefined;
  const around = nodes[numberOf.get(within.at(-1)!)!] as TaskNode | undefined;
  const operator = around?.operator;
  return operator?.type === "flow" ? operator : undefined;
}

/** The nodes of the sub-flows that a node is in, the outermost first, and itself if it is one. */
export function flowsOf(
  { nodes, numberOf }: GraphIndex,
  node: TaskNode,
): readonly (TaskNode & { operator: Operator & { type: "flow" } })[] {
  if (node.within.length === 0) return isFlow(node) ? [node] : none;
  const around = node.within.map((id) => nodes[numberOf.get(id)!] as TaskNode);
  return [...around, node].filter(isFlow);
}

function isFlow(
  node: TaskNode,
): node is TaskNode & { operator: Operator & { type: "flow" } } {
  return node.operator?.type === "flow";
}

/** How many levels of a map a node is in. */
export function depthIn({
  nodes,
  numberOf,
}: GraphIndex): (id: NodeId) => number {
  return (id) => {
    const node = nodes[numberOf.get(id)!];
    return node?.kind === "task" ? node.over.length : 0;
  };
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

function reach(next: Neighbours, from: Iterable<number>): Set<number> {
  const reached = new Set<number>();
  const todo = [...from];
  for (let node = todo.pop(); node !== undefined; node = todo.pop())
    for (const neighbour of next.of(node)) {
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
  const found: number[] = [];
  for (let number = 0; number < index.nodes.length; number += 1)
    if (counts(number) && !index.downstream.some(number, counts))
      found.push(number);
  return found;
}

/** The ids of nodes that need each other in a circle, in the order of the edges; undefined if there is no circle. */
export function findCycle(graph: Graph): NodeId[] | undefined {
  const { nodes, upstream, downstream } = indexGraph(graph);
  const missing = nodes.map((_, number) => upstream.count(number));
  const ready = [...missing.keys()].filter((number) => missing[number] === 0);
  for (let node = ready.pop(); node !== undefined; node = ready.pop())
    for (const next of downstream.of(node))
      if (--missing[next]! === 0) ready.push(next);
  // What is left over is in a circle or behind one: going upstream among it must come round.
  let node = missing.findIndex((count) => count > 0);
  if (node < 0) return undefined;
  const path: number[] = [];
  while (!path.includes(node)) {
    path.push(node);
    node = upstream.of(node).find((number) => missing[number]! > 0)!;
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
