import { easeCubicInOut } from "d3-ease";
import { select } from "d3-selection";
import "d3-transition";
import { boxAround, touches, type Box } from "./camera.ts";
import { edgeLook, type EdgeLook } from "./edgeLook.ts";
import { edgePath, headPath } from "./edgePath.ts";
import { fadeIn } from "./fadeIn.ts";
import type { GraphModel, GraphModelEdge } from "./graphModel.ts";
import type { Point } from "./layout.ts";
import { moveTime } from "./motion.ts";
import { moveDashes } from "./movingDashes.ts";
import type { NestedLayout } from "./nestedLayout.ts";
import { setShown, svgElement } from "./svgElement.ts";
import * as words from "../words/graph.ts";

type GraphLayout = NestedLayout<GraphModelEdge>;

/** The arrows of a graph. */
export interface EdgesView {
  /** Titles and emphasis, as the model says. Makes and removes arrows as the layout says. */
  show(model: GraphModel, layout: GraphLayout): void;
  /** Puts the arrows where the layout says. */
  move(layout: GraphLayout, moves: boolean): void;
  /** Draws only what touches a box; undefined for all. */
  limit(box: Box | undefined): void;
  destroy(): void;
}

interface EdgeElements {
  group: SVGGElement;
  line: SVGPathElement;
  hit: SVGPathElement;
  head: SVGPathElement;
  tooltip: SVGTitleElement;
  points: readonly Point[];
  /** As they stand. */
  classes: string;
}

interface Shown {
  model: GraphModel;
  layout: GraphLayout;
}

const mostInTitle = 12;

export function drawEdges(layer: SVGGElement): EdgesView {
  const edges = new Map<string, EdgeElements>();
  // From far away, and among very many, nobody sees them move.
  const dashes = moveDashes(() => !layer.closest(".far, .large"));
  let shown: Shown | undefined;

  function edgeOf(key: string): EdgeElements {
    let edge = edges.get(key);
    if (!edge) {
      edge = newEdge();
      edges.set(key, edge);
      layer.append(edge.group);
    }
    return edge;
  }

  // Its words are made only when somebody points at an arrow.
  layer.addEventListener("pointerover", (event) => {
    const group = (event.target as Element).closest(".edge");
    const key = [...edges].find(([, edge]) => edge.group === group)?.[0];
    const route = shown?.layout.routes.find(
      ({ from, to }) => edgeKey(from, to) === key,
    );
    if (!shown || !route) return;
    const names = new Map(shown.model.nodes.map(({ id, name }) => [id, name]));
    const title = titleOf(route.carries, (id) => names.get(id) ?? id);
    edgeOf(edgeKey(route.from, route.to)).tooltip.textContent = title;
  });

  return {
    show(model, layout) {
      const changed = shown && changedNodes(shown, { model, layout });
      shown = { model, layout };
      const byId = new Map(model.nodes.map((node) => [node.id, node]));
      const live = new Set<string>();
      for (const route of layout.routes) {
        if (changed && !isAt(route, changed)) continue;
        const key = edgeKey(route.from, route.to);
        live.add(key);
        const edge = edgeOf(key);
        const look = edgeLook(route, byId, model.selected);
        const classes = classesOf(look);
        if (edge.classes === classes) continue;
        edge.classes = classes;
        edge.group.setAttribute("class", classes);
        dashes.set(edge.line, look.isFlowing);
      }
      if (changed) return;
      for (const [key, edge] of edges) {
        if (live.has(key)) continue;
        edge.group.remove();
        dashes.set(edge.line, false);
        edges.delete(key);
      }
    },

    limit(box) {
      for (const { group, points } of edges.values())
        setShown(group, !box || touches(boxAround(points), box));
    },

    move(layout, moves) {
      for (const route of layout.routes) {
        const edge = edgeOf(edgeKey(route.from, route.to));
        const path = edgePath(route.points, layout.direction);
        const head = headPath(route.points, layout.direction);
        // Only paths with the same number of points turn into each other well; others fade in anew.
        const isAlike = edge.points.length === route.points.length;
        edge.points = route.points;
        edge.hit.setAttribute("d", path);
        if (moves && isAlike) {
          select(edge.line)
            .transition()
            .duration(moveTime)
            .ease(easeCubicInOut)
            .attr("d", path);
          select(edge.head)
            .transition()
            .duration(moveTime)
            .ease(easeCubicInOut)
            .attr("d", head);
          continue;
        }
        select(edge.line).interrupt().attr("d", path);
        select(edge.head).interrupt().attr("d", head);
        if (moves) fadeIn(edge.group);
      }
    },

    destroy: dashes.destroy,
  };
}

/** The nodes whose arrows may look otherwise than before; undefined for all. */
function changedNodes(before: Shown, now: Shown): Set<string> | undefined {
  if (
    before.layout !== now.layout ||
    before.model.selected !== now.model.selected
  )
    return undefined;
  const { nodes } = before.model;
  return new Set(
    now.model.nodes
      .filter((node, at) => node !== nodes[at])
      .map(({ id }) => id),
  );
}

function isAt(
  { from, to, carries }: GraphLayout["routes"][number],
  nodes: ReadonlySet<string>,
): boolean {
  return (
    nodes.has(from) ||
    nodes.has(to) ||
    carries.some((edge) => nodes.has(edge.to))
  );
}

function newEdge(): EdgeElements {
  const group = svgElement("g", { class: "edge" });
  const tooltip = svgElement("title");
  const hit = svgElement("path", { class: "hit" });
  const line = svgElement("path", { class: "line" });
  const head = svgElement("path", { class: "head" });
  group.append(tooltip, hit, line, head);
  return { group, line, hit, head, tooltip, points: [], classes: "edge" };
}

/** The classes of an arrow. */
function classesOf(look: EdgeLook): string {
  let classes = "edge";
  if (look.isFlowing) classes += " flowing";
  if (look.isChosen) classes += " chosen";
  if (look.isOrder) classes += " order";
  if (look.isExcluded) classes += " excluded";
  if (look.isClosed) classes += " closed";
  return classes;
}

/** What an arrow is for: by pair of nodes, the arguments that it feeds. */
function titleOf(
  carries: readonly GraphModelEdge[],
  nameOf: (id: string) => string,
): string {
  const byPair = new Map<string, string[]>();
  for (const { from, to, input } of carries) {
    const pair = `${nameOf(from)} → ${nameOf(to)}`;
    const names = byPair.get(pair) ?? [];
    names.push(input ?? words.onlyOrder);
    byPair.set(pair, names);
  }
  return [...byPair]
    .slice(0, mostInTitle)
    .map(([pair, names]) => `${pair}: ${[...new Set(names)].join(", ")}`)
    .join("\n");
}

function edgeKey(from: string, to: string): string {
  return `${from}\n${to}`;
}
