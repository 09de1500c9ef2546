/** What begins a run or goes on with it, as it is copied and stored: its graph in columns, and the keys of its tasks as one text. */
import type { Graph, NodeId } from "./graph.ts";
import { packGraph, unpackGraph, type PackedGraph } from "./packedGraph.ts";

/** Something with a large graph, and often the keys of its nodes. */
export interface Start {
  graph: Graph;
  keys?: unknown;
}

/** The same, packed. */
export interface PackedStart {
  graph: PackedGraph;
  /** The keys in the order of the nodes, a line each. */
  keyLines?: string;
  /** The keys where they are no text a node. */
  keys?: unknown;
}

/** A graph of fewer nodes is copied as soon as it is packed. */
const fewest = 100;

/** Whether it pays to pack a graph of these nodes. */
export function isLarge(nodes: Graph["nodes"]): boolean {
  return nodes.length >= fewest;
}

/** Packed; as it is where its graph cannot be packed. */
export function packStart(start: Start): Start | PackedStart {
  const graph = packGraph(start.graph);
  if (!graph) return start;
  const { keys, ...rest } = start;
  const keyLines = packKeys(graph.ids, keys);
  return keyLines === undefined
    ? { ...start, graph }
    : { ...rest, graph, keyLines };
}

export function isPackedStart(value: unknown): value is PackedStart {
  const { graph } = Object(value) as { graph?: unknown };
  return (Object(graph) as Partial<PackedGraph>).kindOf !== undefined;
}

/** As it was. Graphs that were made of a pack before are in `made`, so that one that is there twice is one again. */
export function unpackStart(
  { keyLines, ...rest }: PackedStart,
  made = new Map<PackedGraph, Graph>(),
): Start {
  const pack = rest.graph;
  const graph = made.get(pack) ?? unpackGraph(pack);
  made.set(pack, graph);
  return keyLines === undefined
    ? { ...rest, graph }
    : { ...rest, graph, keys: unpackKeys(pack.ids, keyLines) };
}

const separator = "\n";

/** Undefined where keys are no texts of these nodes in one line each: then they are left as they are. */
function packKeys(ids: readonly NodeId[], keys: unknown): string | undefined {
  if (typeof keys !== "object" || keys === null) return undefined;
  const keyOf = new Map(Object.entries(keys));
  for (const key of keyOf.values())
    if (typeof key !== "string" || key === "" || key.includes(separator))
      return undefined;
  const known = ids.filter((id) => keyOf.has(id));
  return known.length === keyOf.size
    ? ids
        .map((id) => (keyOf.get(id) as string | undefined) ?? "")
        .join(separator)
    : undefined;
}

function unpackKeys(
  ids: readonly NodeId[],
  text: string,
): Record<NodeId, string> {
  const entries = text
    .split(separator)
    .flatMap((key, at) => (key === "" ? [] : [[ids[at]!, key] as const]));
  return Object.fromEntries(entries);
}
