/**
 * Where the nodes of a graph go: in layers, so that arrows lead down (or right). Given the layout before, nodes whose edges
 * did not change stay where they were, so that the picture holds still while a flow is being written.
 */
import { assignCoordinates } from "./coordinates.ts";
import { assignLayers } from "./layers.ts";
import { keepOrder, orderRows, type Layered } from "./order.ts";

/** Which way arrows lead. */
export type Direction = "down" | "right";

export interface LayoutNode {
  id: string;
  width: number;
  height: number;
}

export interface LayoutEdge {
  from: string;
  to: string;
}

export interface Point {
  x: number;
  y: number;
}

/** The middle of a node, and its layer from 0. */
export interface Place extends Point {
  id: string;
  layer: number;
}

/** An edge: from the border of one node to the border of the other, with two points for each layer that it passes. */
export interface Route {
  from: string;
  to: string;
  points: readonly Point[];
}

export interface Layout {
  direction: Direction;
  places: readonly Place[];
  /** One for each pair of nodes that is connected, however many edges connect it. */
  routes: readonly Route[];
  /** What nodes and arrows take up. */
  box: { x: number; y: number; width: number; height: number };
}

const gapInLayer = 26;
const gapBetweenLayers = { down: 44, right: 60 };
const bendSize = 4;
/** Between the heads of arrows that enter the same node. */
const portGap = 20;

export function layout(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  previous?: Layout,
  direction: Direction = "down",
): Layout {
  const index = new Map(nodes.map((node, v) => [node.id, v]));
  const pairs = connectedPairs(edges, index);
  const { layer: nodeLayer, flipped } = assignLayers(nodes.length, pairs);
  const across = nodes.map((node) =>
    direction === "down" ? node.width : node.height,
  );
  const along = nodes.map((node) =>
    direction === "down" ? node.height : node.width,
  );

  // Long edges pass each layer between their ends in a bend, a vertex of its own.
  const layer = [...nodeLayer];
  const sizes = [...across];
  const up: number[][] = nodes.map(() => []);
  const down: number[][] = nodes.map(() => []);
  const chains = pairs.map(([a, b], e) => {
    const [from, to] = flipped[e] ? [b, a] : [a, b];
    const chain = [from];
    for (let l = nodeLayer[from]! + 1; l < nodeLayer[to]!; l += 1) {
      const bend = layer.length;
      layer.push(l);
      sizes.push(bendSize);
      up.push([]);
      down.push([]);
      chain.push(bend);
    }
    chain.push(to);
    for (let i = 0; i + 1 < chain.length; i += 1) {
      down[chain[i]!]!.push(chain[i + 1]!);
      up[chain[i + 1]!]!.push(chain[i]!);
    }
    return flipped[e] ? chain.reverse() : chain;
  });
  const depth = layer.reduce((most, l) => Math.max(most, l + 1), 0);
  const graph: Layered = { depth, layer, up, down };

  const before =
    previous && recall(previous, direction, nodes, pairs, chains, graph);
  const rows = before ? keepOrder(graph, before.x) : orderRows(graph);
  const x = assignCoordinates(graph, rows, {
    sizes,
    gap: gapInLayer,
    firstBend: nodes.length,
    start: before?.x,
    isHeld: (v) => before?.held[v] ?? false,
  });

  const bands = layerBands(
    depth,
    nodeLayer,
    along,
    gapBetweenLayers[direction],
  );
  const middle = (v: number): number =>
    (bands[layer[v]!]!.start + bands[layer[v]!]!.end) / 2;
  const point = (a: number, b: number): Point =>
    direction === "down"
      ? { x: round(a), y: round(b) }
      : { x: round(b), y: round(a) };

  const places = nodes.map((node, v) => ({
    id: node.id,
    layer: nodeLayer[v]!,
    ...point(x[v]!, middle(v)),
  }));
  const ports = arrivals(chains, x, across);
  const routes = chains.map((chain, e): Route => {
    const first = chain[0]!;
    const last = chain[chain.length - 1]!;
    const sign = flipped[e] ? -1 : 1;
    const points = [
      point(x[first]!, middle(first) + (sign * along[first]!) / 2),
    ];
    for (const bend of chain.slice(1, -1)) {
      const band = bands[layer[bend]!]!;
      const ends = [point(x[bend]!, band.start), point(x[bend]!, band.end)];
      points.push(...(flipped[e] ? ends.reverse() : ends));
    }
    points.push(
      point(x[last]! + ports[e]!, middle(last) - (sign * along[last]!) / 2),
    );
    return { from: nodes[first]!.id, to: nodes[last]!.id, points };
  });
  return { direction, places, routes, box: boundingBox(nodes, places, routes) };
}

/** Pairs of different nodes that edges connect, each once. Edges to nodes that are not there are left out. */
function connectedPairs(
  edges: readonly LayoutEdge[],
  index: ReadonlyMap<string, number>,
): (readonly [number, number])[] {
  const pairs = new Map<string, readonly [number, number]>();
  for (const edge of edges) {
    const from = index.get(edge.from);
    const to = index.get(edge.to);
    if (from === undefined || to === undefined || from === to) continue;
    pairs.set(`${from} ${to}`, [from, to]);
  }
  return [...pairs.values()];
}

/** Where each vertex was before, or for a new one where its neighbours were; and which of them should stay there. */
function recall(
  previous: Layout,
  direction: Direction,
  nodes: readonly LayoutNode[],
  pairs: readonly (readonly [number, number])[],
  chains: readonly (readonly number[])[],
  graph: Layered,
): { x: number[]; held: boolean[] } | undefined {
  if (previous.direction !== direction) return undefined;
  const places = new Map(previous.places.map((place) => [place.id, place]));
  const known = nodes.filter((node) => places.has(node.id)).length;
  if (known === 0 || known * 2 < nodes.length) return undefined;
  const coordinate = (point: Point): number =>
    direction === "down" ? point.x : point.y;

  const routesBefore = new Map(
    previous.routes.map((route) => [`${route.from}\n${route.to}`, route]),
  );
  const edgesBefore = new Map<string, number>();
  for (const route of previous.routes)
    for (const id of [route.from, route.to])
      edgesBefore.set(id, (edgesBefore.get(id) ?? 0) + 1);
  const edgesNow = nodes.map(() => 0);
  const isChanged = nodes.map((node) => !places.has(node.id));
  const x = new Array<number>(graph.layer.length).fill(NaN);
  const held = new Array<boolean>(graph.layer.length).fill(false);

  nodes.forEach((node, v) => {
    const place = places.get(node.id);
    if (place) x[v] = coordinate(place);
  });
  pairs.forEach(([a, b], e) => {
    edgesNow[a]! += 1;
    edgesNow[b]! += 1;
    const route = routesBefore.get(`${nodes[a]!.id}\n${nodes[b]!.id}`);
    if (!route) {
      isChanged[a] = true;
      isChanged[b] = true;
      return;
    }
    const bends = chains[e]!.slice(1, -1);
    if (route.points.length !== 2 + 2 * bends.length) return;
    bends.forEach((bend, i) => {
      x[bend] = coordinate(route.points[1 + 2 * i]!);
      held[bend] = true;
    });
  });
  nodes.forEach((node, v) => {
    held[v] = !isChanged[v] && edgesNow[v] === (edgesBefore.get(node.id) ?? 0);
  });

  // What is new begins at the mean of what it is connected to; what is connected to nothing known, at the end.
  const end = Math.max(...x.filter((value) => !Number.isNaN(value))) + 1;
  for (let round = 0; round < 3; round += 1)
    x.forEach((value, v) => {
      if (!Number.isNaN(value)) return;
      const around = [...graph.up[v]!, ...graph.down[v]!]
        .map((w) => x[w]!)
        .filter((w) => !Number.isNaN(w));
      if (around.length > 0)
        x[v] = around.reduce((sum, w) => sum + w, 0) / around.length;
    });
  return { x: x.map((value) => (Number.isNaN(value) ? end : value)), held };
}

/** For each edge, how far from the middle of its last node it arrives; arrows from the left arrive on the left. */
function arrivals(
  chains: readonly (readonly number[])[],
  x: readonly number[],
  across: readonly number[],
): number[] {
  const byEnd = new Map<number, number[]>();
  chains.forEach((chain, e) => {
    const last = chain[chain.length - 1]!;
    const arriving = byEnd.get(last);
    if (arriving) arriving.push(e);
    else byEnd.set(last, [e]);
  });
  const shift = chains.map(() => 0);
  for (const [last, arriving] of byEnd) {
    const from = (e: number): number => x[chains[e]![chains[e]!.length - 2]!]!;
    arriving.sort((a, b) => from(a) - from(b) || a - b);
    const room = Math.max(0, across[last]! - 28);
    const gap = Math.min(portGap, room / Math.max(1, arriving.length - 1));
    arriving.forEach(
      (e, i) => (shift[e] = (i - (arriving.length - 1) / 2) * gap),
    );
  }
  return shift;
}

function layerBands(
  depth: number,
  layer: readonly number[],
  along: readonly number[],
  gap: number,
): { start: number; end: number }[] {
  const extent = new Array<number>(depth).fill(0);
  layer.forEach((l, v) => (extent[l] = Math.max(extent[l]!, along[v]!)));
  let at = 0;
  return extent.map((size) => {
    const band = { start: at, end: at + size };
    at += size + gap;
    return band;
  });
}

/** What the nodes take up, and the arrows, some of which go around them. */
function boundingBox(
  nodes: readonly LayoutNode[],
  places: readonly Place[],
  routes: readonly Route[],
): Layout["box"] {
  if (nodes.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const take = ({ x, y }: Point, width = 0, height = 0): void => {
    left = Math.min(left, x - width / 2);
    right = Math.max(right, x + width / 2);
    top = Math.min(top, y - height / 2);
    bottom = Math.max(bottom, y + height / 2);
  };
  places.forEach((place, v) => take(place, nodes[v]!.width, nodes[v]!.height));
  for (const { points } of routes) for (const point of points) take(point);
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function round(value: number): number {
  return Math.round(value * 2) / 2;
}
