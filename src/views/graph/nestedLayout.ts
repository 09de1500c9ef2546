/**
 * The layout of a graph in which nodes may be opened: an open one is a frame around what it holds, laid out like a graph of
 * its own, and for what is around it one large node. So nothing else is ever inside a frame, and what is outside keeps its
 * order when one is opened.
 *
 *     a                a route from outside leads to the frame,
 *     │                and from its head on to the node inside;
 *   ┌─▼──────┐         a route out of a frame begins at its foot
 *   │ flow   │
 *   ├─┬────┬─┤
 *   │ ▼    ▼ │
 *   │ b    c │
 *   └─┴─┬──┴─┘
 *       ▼
 *       d
 */
import {
  type Direction,
  type Layout,
  type LayoutEdge,
  type LayoutNode,
  type Place,
  type Point,
  type Route,
} from "./layout.ts";
import { layoutPacked } from "./packedLayout.ts";

export interface NestedNode extends LayoutNode {
  /** The open node that it is in. */
  inside?: string | undefined;
}

export interface NestedPlace extends Place {
  inside: string | undefined;
  /** The extent of the frame, of an open node; its head is as high as the node's own size says. */
  frame: { width: number; height: number } | undefined;
}

export interface NestedRoute<Edge> extends Route {
  /** The edges that it is a part of the way of. */
  carries: readonly Edge[];
}

export interface NestedLayout<
  Edge extends LayoutEdge = LayoutEdge,
> extends Layout {
  places: readonly NestedPlace[];
  routes: readonly NestedRoute<Edge>[];
  /** The layout of each frame by itself, by its node; of what is in none, under the empty id. */
  levels: ReadonlyMap<string, Layout>;
}

const sidePadding = 20;
/** Above and below what is in a frame, unless there is room for the routes from its head or to its foot anyway. */
const endPadding = 18;
const outermost = "";
/** In the layout of a frame these stand for its head and its foot. No id of a node begins like this. */
const head = "\nhead";
const foot = "\nfoot";
const isPort = (id: string): boolean => id === head || id === foot;

interface Part<Edge> {
  from: string;
  to: string;
  carries: Edge[];
}

export function layoutNested<Edge extends LayoutEdge>(
  nodes: readonly NestedNode[],
  edges: readonly Edge[],
  previous?: NestedLayout,
  direction: Direction = "down",
): NestedLayout<Edge> {
  const known = new Map(nodes.map((node) => [node.id, node]));
  const levelOf = (node: NestedNode): string =>
    node.inside !== undefined && known.has(node.inside)
      ? node.inside
      : outermost;
  const members = new Map<string, NestedNode[]>([[outermost, []]]);
  for (const node of nodes) {
    const list = members.get(levelOf(node));
    if (list) list.push(node);
    else members.set(levelOf(node), [node]);
  }
  const parts = splitEdges(edges, known, levelOf);

  const levels = new Map<string, Layout>();
  const places: NestedPlace[] = [];
  const routes: NestedRoute<Edge>[] = [];
  /** What is in an open node needs so much room. */
  const sizes = new Map<string, { width: number; height: number }>();

  function arrange(level: string): Layout {
    const list = members.get(level) ?? [];
    for (const { id, width, height } of list) {
      if (!members.has(id)) {
        sizes.set(id, { width, height });
        continue;
      }
      const inner = arrange(id);
      const { top, bottom } = paddingOf(inner);
      sizes.set(id, {
        width: Math.max(width, inner.box.width + 2 * sidePadding),
        height: height + top + inner.box.height + bottom,
      });
    }
    const inLevel = [...(parts.get(level)?.values() ?? [])];
    const ports = [head, foot].filter((port) =>
      inLevel.some(({ from, to }) => from === port || to === port),
    );
    const arranged = layoutPacked(
      [
        ...list.map(({ id }) => ({ id, ...sizes.get(id)! })),
        ...ports.map((id) => ({ id, width: 4, height: 4 })),
      ],
      inLevel,
      previous?.levels.get(level),
      direction,
    );
    levels.set(level, arranged);
    return arranged;
  }

  function put(level: string, by: Point, frame: Box | undefined): void {
    const { places: own, routes: ways } = levels.get(level)!;
    /** Where routes leave an open node. */
    const exits = new Map<string, Point>();
    for (const place of own) {
      if (isPort(place.id)) continue;
      const node = known.get(place.id)!;
      const middle = shift(place, by);
      const isOpen = members.has(place.id);
      const size = sizes.get(place.id)!;
      places.push({
        id: place.id,
        layer: place.layer,
        inside: level === outermost ? undefined : level,
        frame: isOpen ? size : undefined,
        ...middle,
      });
      if (!isOpen) continue;
      const top = middle.y - size.height / 2;
      const inner = levels.get(place.id)!;
      const { box } = inner;
      const move = {
        x: middle.x - (box.x + box.width / 2),
        y: top + node.height + paddingOf(inner).top - box.y,
      };
      put(place.id, move, {
        left: middle.x - size.width / 2,
        right: middle.x + size.width / 2,
        top: top + node.height,
        bottom: middle.y + size.height / 2,
      });
      const exit = inner.places.find(({ id }) => id === foot);
      if (exit) exits.set(place.id, shift(exit, move));
    }
    for (const { from, to, points } of ways) {
      const line = points.map((point) => shift(point, by));
      const first = line[0]!;
      const last = line.at(-1)!;
      if (frame && from === head) alignTo(first, direction, frame, "start");
      if (frame && to === foot) alignTo(last, direction, frame, "end");
      const exit = exits.get(from);
      if (exit) {
        if (direction === "down") first.x = exit.x;
        else first.y = exit.y;
      }
      routes.push({
        from: from === head ? level : from,
        to: to === foot ? level : to,
        points: line,
        carries: parts.get(level)?.get(pairOf(from, to))?.carries ?? [],
      });
    }
  }

  const { box } = arrange(outermost);
  put(outermost, { x: 0, y: 0 }, undefined);
  return { direction, places, routes, box, levels };
}

function paddingOf({ direction, places }: Layout): {
  top: number;
  bottom: number;
} {
  const has = (port: string) =>
    direction === "down" && places.some(({ id }) => id === port);
  return {
    top: has(head) ? 0 : endPadding,
    bottom: has(foot) ? 0 : endPadding,
  };
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

function alignTo(
  point: Point,
  direction: Direction,
  frame: Box,
  end: "start" | "end",
): void {
  if (direction === "down")
    point.y = end === "start" ? frame.top : frame.bottom;
  else point.x = end === "start" ? frame.left : frame.right;
}

function shift({ x, y }: Point, by: Point): { x: number; y: number } {
  return { x: x + by.x, y: y + by.y };
}

function pairOf(from: string, to: string): string {
  return `${from}\t${to}`;
}

/** For each level, the parts of edges that lead through it: from node to node, from its head, or to its foot. */
function splitEdges<Edge extends LayoutEdge>(
  edges: readonly Edge[],
  known: ReadonlyMap<string, NestedNode>,
  levelOf: (node: NestedNode) => string,
): Map<string, Map<string, Part<Edge>>> {
  const parts = new Map<string, Map<string, Part<Edge>>>();
  const add = (level: string, from: string, to: string, edge: Edge): void => {
    let inLevel = parts.get(level);
    if (!inLevel) parts.set(level, (inLevel = new Map()));
    const part = inLevel.get(pairOf(from, to));
    if (part) part.carries.push(edge);
    else inLevel.set(pairOf(from, to), { from, to, carries: [edge] });
  };
  /** From the outermost open node that it is in to the node itself. */
  const chainOf = (id: string): string[] => {
    const chain = [id];
    for (
      let level = levelOf(known.get(id)!);
      level !== outermost && chain.length <= known.size;
      level = levelOf(known.get(level)!)
    )
      chain.unshift(level);
    return chain;
  };
  for (const edge of edges) {
    if (!known.has(edge.from) || !known.has(edge.to)) continue;
    if (edge.from === edge.to) continue;
    const from = chainOf(edge.from);
    const to = chainOf(edge.to);
    let fork = 0;
    while (fork < from.length && fork < to.length && from[fork] === to[fork])
      fork += 1;
    for (let at = from.length - 1; at > fork; at -= 1)
      add(from[at - 1]!, from[at]!, foot, edge);
    if (fork >= to.length) add(from[fork - 1]!, from[fork]!, foot, edge);
    else if (fork >= from.length) add(to[fork - 1]!, head, to[fork]!, edge);
    else
      add(
        fork === 0 ? outermost : from[fork - 1]!,
        from[fork]!,
        to[fork]!,
        edge,
      );
    for (let at = fork + 1; at < to.length; at += 1)
      add(to[at - 1]!, head, to[at]!, edge);
  }
  return parts;
}
