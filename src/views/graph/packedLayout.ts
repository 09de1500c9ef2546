/**
 * The layout of a graph that falls apart into pieces without a connection: each is laid out by itself, and where side by side
 * they would make a long thin row they are put on shelves, one below the other.
 */
import {
  layout,
  type Direction,
  type Layout,
  type LayoutEdge,
  type LayoutNode,
  type Point,
} from "./layout.ts";

/** A row that is no longer than this needs no shelves. */
const longestRow = 1000;
/** How long shelves are in proportion to their height together. */
const proportion = 1.8;
const gap = 36;
/** Layers on different shelves are different layers. */
const layersOfShelf = 10_000;

export function layoutPacked(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  previous: Layout | undefined,
  direction: Direction,
): Layout {
  const pieces = findPieces(nodes, edges);
  const before = previous && splitLayout(previous);
  const laid = pieces.map((piece) =>
    layout(piece.nodes, piece.edges, before?.(piece.nodes), direction),
  );
  const [first] = laid;
  if (laid.length === 1 && first) return first;
  const isDown = direction === "down";
  const length = ({ box }: Layout): number => (isDown ? box.width : box.height);
  const depth = ({ box }: Layout): number => (isDown ? box.height : box.width);
  const total = laid.reduce((sum, one) => sum + length(one) + gap, -gap);
  if (total <= longestRow) return layout(nodes, edges, previous, direction);

  const area = laid.reduce(
    (sum, one) => sum + (length(one) + gap) * (depth(one) + gap),
    0,
  );
  const shelf = Math.max(
    Math.sqrt(area * proportion),
    ...laid.map((one) => length(one)),
  );
  let along = 0;
  let across = 0;
  let deepest = 0;
  let row = 0;
  const placed = laid.map((one) => {
    if (along > 0 && along + length(one) > shelf) {
      across += deepest + gap;
      along = 0;
      deepest = 0;
      row += 1;
    }
    const by = isDown
      ? { x: along - one.box.x, y: across - one.box.y }
      : { x: across - one.box.x, y: along - one.box.y };
    along += length(one) + gap;
    deepest = Math.max(deepest, depth(one));
    return move(one, by, row * layersOfShelf);
  });
  return join(placed, direction);
}

/** Gives the part of a layout that some nodes have. */
function splitLayout(whole: Layout): (nodes: readonly LayoutNode[]) => Layout {
  const places = new Map(whole.places.map((place) => [place.id, place]));
  const routes = new Map<string, Layout["routes"][number][]>();
  for (const route of whole.routes) {
    const list = routes.get(route.from);
    if (list) list.push(route);
    else routes.set(route.from, [route]);
  }
  return (nodes) => ({
    ...whole,
    places: nodes.flatMap(({ id }) => places.get(id) ?? []),
    routes: nodes.flatMap(({ id }) => routes.get(id) ?? []),
  });
}

/** What hangs together, in the order of the nodes. */
function findPieces(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
): { nodes: LayoutNode[]; edges: LayoutEdge[] }[] {
  const index = new Map(nodes.map(({ id }, at) => [id, at]));
  const parent = nodes.map((_, at) => at);
  const find = (at: number): number => {
    let root = at;
    while (parent[root] !== root) root = parent[root]!;
    for (let one = at; one !== root;) {
      const next = parent[one]!;
      parent[one] = root;
      one = next;
    }
    return root;
  };
  for (const { from, to } of edges) {
    const [a, b] = [index.get(from), index.get(to)];
    if (a === undefined || b === undefined) continue;
    const [one, other] = [find(a), find(b)];
    parent[Math.max(one, other)] = Math.min(one, other);
  }
  const pieces = new Map<
    number,
    { nodes: LayoutNode[]; edges: LayoutEdge[] }
  >();
  nodes.forEach((node, at) => {
    const root = find(at);
    const piece = pieces.get(root);
    if (piece) piece.nodes.push(node);
    else pieces.set(root, { nodes: [node], edges: [] });
  });
  for (const edge of edges) {
    const at = index.get(edge.from);
    if (at !== undefined && index.has(edge.to))
      pieces.get(find(at))!.edges.push(edge);
  }
  return [...pieces.values()];
}

function move(
  { direction, places, routes, box }: Layout,
  by: Point,
  layers: number,
): Layout {
  const shift = ({ x, y }: Point) => ({ x: x + by.x, y: y + by.y });
  return {
    direction,
    places: places.map((place) => ({
      ...place,
      ...shift(place),
      layer: place.layer + layers,
    })),
    routes: routes.map((route) => ({
      ...route,
      points: route.points.map(shift),
    })),
    box: { ...box, ...shift(box) },
  };
}

function join(parts: readonly Layout[], direction: Direction): Layout {
  const left = Math.min(...parts.map(({ box }) => box.x));
  const top = Math.min(...parts.map(({ box }) => box.y));
  const right = Math.max(...parts.map(({ box }) => box.x + box.width));
  const bottom = Math.max(...parts.map(({ box }) => box.y + box.height));
  return {
    direction,
    places: parts.flatMap(({ places }) => places),
    routes: parts.flatMap(({ routes }) => routes),
    box: { x: left, y: top, width: right - left, height: bottom - top },
  };
}
