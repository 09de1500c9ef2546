/**
 * Which layer each node belongs to. Arrows lead to a higher layer; those that close a cycle are taken the other way round.
 */
export interface Layers {
  /** By node. */
  layer: number[];
  /** By edge: true when it is taken the other way round. */
  flipped: boolean[];
}

type Edge = readonly [from: number, to: number];

/** Longest path from the sources, then sources are drawn up to the first node that needs them. */
export function assignLayers(count: number, edges: readonly Edge[]): Layers {
  const flipped = findBackEdges(count, edges);
  const down: number[][] = Array.from({ length: count }, () => []);
  const missing = new Array<number>(count).fill(0);
  const incoming = new Array<number>(count).fill(0);
  edges.forEach(([a, b], e) => {
    const [from, to] = flipped[e] ? [b, a] : [a, b];
    down[from]!.push(to);
    missing[to]! += 1;
    incoming[to]! += 1;
  });

  const layer = new Array<number>(count).fill(0);
  const order: number[] = [];
  for (let v = 0; v < count; v += 1) if (missing[v] === 0) order.push(v);
  for (let i = 0; i < order.length; i += 1) {
    const v = order[i]!;
    for (const w of down[v]!) {
      layer[w] = Math.max(layer[w]!, layer[v]! + 1);
      missing[w]! -= 1;
      if (missing[w] === 0) order.push(w);
    }
  }

  // A node with more arrows out than in shortens them in total by going down as far as it can.
  for (let i = order.length - 1; i >= 0; i -= 1) {
    const v = order[i]!;
    const below = down[v]!;
    if (below.length <= incoming[v]!) continue;
    layer[v] = Math.min(...below.map((w) => layer[w]!)) - 1;
  }
  return { layer, flipped };
}

/** Edges that lead back to a node on the path they come from; depth first, without recursion, in the order of the nodes. */
function findBackEdges(count: number, edges: readonly Edge[]): boolean[] {
  const out: number[][] = Array.from({ length: count }, () => []);
  edges.forEach(([from], e) => out[from]!.push(e));
  const flipped = new Array<boolean>(edges.length).fill(false);
  const mark = new Array<"new" | "open" | "done">(count).fill("new");
  const next = new Array<number>(count).fill(0);
  for (let root = 0; root < count; root += 1) {
    if (mark[root] !== "new") continue;
    const path = [root];
    mark[root] = "open";
    while (path.length > 0) {
      const v = path[path.length - 1]!;
      const e = out[v]![next[v]!];
      if (e === undefined) {
        mark[v] = "done";
        path.pop();
        continue;
      }
      next[v]! += 1;
      const w = edges[e]![1];
      if (mark[w] === "open") flipped[e] = true;
      else if (mark[w] === "new") {
        mark[w] = "open";
        path.push(w);
      }
    }
  }
  return flipped;
}
