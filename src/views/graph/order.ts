/**
 * The order of vertices within their layers, with few crossings. A vertex is a node, or the point where a long edge passes
 * a layer; edges lead from one layer to the next only.
 */
export interface Layered {
  /** How many layers. */
  depth: number;
  layer: readonly number[];
  up: readonly (readonly number[])[];
  down: readonly (readonly number[])[];
}

/** Vertices of each layer, from first to last. */
export type Rows = number[][];

/** An order from nothing: depth first to begin with, then sweeps that put each vertex at the mean of its neighbours. */
export function orderRows(graph: Layered): Rows {
  const rows = depthFirst(graph);
  const place = positions(graph, rows);
  let best = copy(rows);
  let fewest = countCrossings(graph, rows);
  const sweeps = graph.layer.length > 1500 ? 6 : 16;
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep += 1) {
    for (let i = 1; i < graph.depth; i += 1) {
      const goesDown = sweep % 2 === 0;
      const row = rows[goesDown ? i : graph.depth - 1 - i]!;
      sortByMean(row, goesDown ? graph.up : graph.down, place);
    }
    if (sweep % 2 === 1 || graph.layer.length < 300)
      exchange(graph, rows, place, 2);
    const crossings = countCrossings(graph, rows);
    if (crossings < fewest) {
      fewest = crossings;
      best = copy(rows);
    }
  }
  exchange(graph, best, positions(graph, best), 4);
  return best;
}

/** An order that starts from known coordinates and changes only where that removes a crossing. */
export function keepOrder(graph: Layered, known: readonly number[]): Rows {
  const rows: Rows = Array.from({ length: graph.depth }, () => []);
  graph.layer.forEach((layer, v) => rows[layer]!.push(v));
  for (const row of rows) row.sort((a, b) => known[a]! - known[b]! || a - b);
  exchange(graph, rows, positions(graph, rows), 4);
  return rows;
}

/** How many pairs of edges cross. */
export function countCrossings(graph: Layered, rows: Rows): number {
  const place = positions(graph, rows);
  let crossings = 0;
  for (let i = 0; i + 1 < rows.length; i += 1) {
    const width = rows[i + 1]!.length;
    const tree = new Int32Array(width + 1);
    let seen = 0;
    for (const v of rows[i]!) {
      const ends = graph.down[v]!.map((w) => place[w]!).sort((a, b) => a - b);
      // Edges of one vertex do not cross each other, so all are counted before any is added.
      for (const end of ends) {
        let before = 0;
        for (let k = end + 1; k > 0; k -= k & -k) before += tree[k]!;
        crossings += seen - before;
      }
      for (const end of ends)
        for (let k = end + 1; k <= width; k += k & -k) tree[k]! += 1;
      seen += ends.length;
    }
  }
  return crossings;
}

function depthFirst(graph: Layered): Rows {
  const rows: Rows = Array.from({ length: graph.depth }, () => []);
  const seen = new Array<boolean>(graph.layer.length).fill(false);
  for (let root = 0; root < graph.layer.length; root += 1) {
    if (graph.up[root]!.length > 0) continue;
    const open = [root];
    while (open.length > 0) {
      const v = open.pop()!;
      if (seen[v]) continue;
      seen[v] = true;
      rows[graph.layer[v]!]!.push(v);
      for (let i = graph.down[v]!.length - 1; i >= 0; i -= 1)
        open.push(graph.down[v]![i]!);
    }
  }
  return rows;
}

function sortByMean(
  row: number[],
  neighbours: readonly (readonly number[])[],
  place: Int32Array,
): void {
  const keys = new Map<number, number>();
  row.forEach((v, i) => {
    const around = neighbours[v]!;
    let sum = 0;
    for (const w of around) sum += place[w]!;
    keys.set(v, around.length > 0 ? sum / around.length : i);
  });
  row.sort((a, b) => keys.get(a)! - keys.get(b)! || place[a]! - place[b]!);
  row.forEach((v, i) => (place[v] = i));
}

/** Exchanges neighbours in a layer as long as that removes crossings, at most `rounds` times through. */
function exchange(
  graph: Layered,
  rows: Rows,
  place: Int32Array,
  rounds: number,
): void {
  for (let round = 0; round < rounds; round += 1) {
    let improved = false;
    for (const row of rows) {
      for (let i = 0; i + 1 < row.length; i += 1) {
        const a = row[i]!;
        const b = row[i + 1]!;
        const gain =
          crossingsOf(graph.up[a]!, graph.up[b]!, place) +
          crossingsOf(graph.down[a]!, graph.down[b]!, place);
        if (gain <= 0) continue;
        row[i] = b;
        row[i + 1] = a;
        place[b] = i;
        place[a] = i + 1;
        improved = true;
      }
    }
    if (!improved) return;
  }
}

/** Crossings between the edges of two vertices as they stand, less those if they changed places. */
function crossingsOf(
  first: readonly number[],
  second: readonly number[],
  place: Int32Array,
): number {
  let difference = 0;
  for (const v of first)
    for (const w of second) difference += Math.sign(place[v]! - place[w]!);
  return difference;
}

function positions(graph: Layered, rows: Rows): Int32Array {
  const place = new Int32Array(graph.layer.length);
  for (const row of rows) row.forEach((v, i) => (place[v] = i));
  return place;
}

function copy(rows: Rows): Rows {
  return rows.map((row) => [...row]);
}
