import { transferHandlers } from "comlink";
import type { Graph } from "../core/graph.ts";
import {
  packGraph,
  unpackGraph,
  type PackedGraph,
} from "../core/packedGraph.ts";

/** A graph of fewer nodes is copied as soon as it is packed. */
const fewest = 100;

/** What has a graph: what is asked of an engine, or an event that begins a run or goes on with it. */
type WithGraph<G> = Readonly<Record<string, unknown>> & { graph?: G };

/** What is handed from worker to worker and may have graphs in it: one that has, several, or one that has several as its events. */
type Carrier<G> =
  | readonly WithGraph<G>[]
  | (WithGraph<G> & { events?: readonly WithGraph<G>[] });

/** Lets large graphs cross from worker to worker in columns, with what begins or goes on with a run. All sides call it once. */
export function carryGraphs(): void {
  transferHandlers.set("graphs", {
    canHandle: (value): value is Carrier<Graph> => hasLarge(value),
    serialize(value: Carrier<Graph>) {
      return [changeGraphs(value, packGraph), []];
    },
    deserialize: (value: Carrier<PackedGraph | Graph>) =>
      changeGraphs(value, (graph) =>
        "kindOf" in graph ? unpackGraph(graph) : graph,
      ),
  });
}

function hasLarge(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(isLarge);
  const { events } = value as { events?: unknown };
  return isLarge(value) || (Array.isArray(events) && events.some(isLarge));
}

function isLarge(value: unknown): boolean {
  const { graph } = (value ?? {}) as { graph?: Partial<Graph> };
  // What else is called a graph, in values of a notebook's, is none of a flow.
  return (
    typeof graph?.flow === "string" &&
    typeof graph.settings === "object" &&
    Array.isArray(graph.nodes) &&
    graph.nodes.length >= fewest
  );
}

/** The same with other graphs, each made once; one of which nothing is made stays. */
function changeGraphs<From extends object, To>(
  value: Carrier<From>,
  make: (graph: From) => To | undefined,
): Carrier<From | To> {
  const made = new Map<From, From | To>();
  const change = (one: WithGraph<From>): WithGraph<From | To> => {
    // What else is in a list may be anything.
    const { graph } = Object(one) as WithGraph<From>;
    if (graph === undefined || !hasGraph(one)) return one;
    if (!made.has(graph)) made.set(graph, make(graph) ?? graph);
    return { ...one, graph: made.get(graph)! };
  };
  if (isList<WithGraph<From>>(value)) return value.map(change);
  const { events } = value;
  return { ...change(value), ...(events && { events: events.map(change) }) };
}

function hasGraph(one: WithGraph<unknown>): boolean {
  const { nodes, kindOf } = Object(one.graph) as Partial<Graph & PackedGraph>;
  return Array.isArray(nodes) || kindOf !== undefined;
}

function isList<T>(value: object): value is readonly T[] {
  return Array.isArray(value);
}
