import { easeCubicInOut, select } from "d3";
import { svgElement } from "./drawNode.ts";
import { arrowHead, edgePath, headTransform } from "./edgePath.ts";
import type { GraphModel } from "./graphModel.ts";
import type { Layout, Point } from "./layout.ts";
import { moveTime } from "./motion.ts";

/** The arrows of a graph. */
export interface EdgesView {
  /** Titles and emphasis, as the model says. Makes and removes arrows as the layout says. */
  show(model: GraphModel, layout: Layout): void;
  /** Puts the arrows where the layout says. */
  move(layout: Layout, moves: boolean): void;
}

interface EdgeElements {
  group: SVGGElement;
  line: SVGPathElement;
  hit: SVGPathElement;
  head: SVGPathElement;
  tooltip: SVGTitleElement;
  points: readonly Point[];
}

const onlyOrder = "waits for it";

export function drawEdges(layer: SVGGElement): EdgesView {
  const edges = new Map<string, EdgeElements>();

  function edgeOf(key: string): EdgeElements {
    let edge = edges.get(key);
    if (!edge) {
      edge = newEdge();
      edges.set(key, edge);
      layer.append(edge.group);
    }
    return edge;
  }

  return {
    show(model, layout) {
      const byId = new Map(model.nodes.map((node) => [node.id, node]));
      const inputs = inputNames(model);
      const live = new Set<string>();
      for (const route of layout.routes) {
        const key = edgeKey(route.from, route.to);
        live.add(key);
        const edge = edgeOf(key);
        const from = byId.get(route.from);
        const to = byId.get(route.to);
        const names = inputs.get(key) ?? [];
        const title = `${from?.name ?? route.from} → ${to?.name ?? route.to}: ${names.join(", ")}`;
        if (edge.tooltip.textContent !== title)
          edge.tooltip.textContent = title;
        const { classList } = edge.group;
        classList.toggle(
          "flowing",
          to?.state === "Running" && to.kind === "task",
        );
        classList.toggle(
          "chosen",
          route.from === model.selected || route.to === model.selected,
        );
        classList.toggle(
          "order",
          names.every((name) => name === onlyOrder),
        );
        classList.toggle(
          "excluded",
          (from?.excluded ?? false) || (to?.excluded ?? false),
        );
      }
      for (const [key, edge] of edges) {
        if (live.has(key)) continue;
        edge.group.remove();
        edges.delete(key);
      }
    },

    move(layout, moves) {
      for (const route of layout.routes) {
        const edge = edgeOf(edgeKey(route.from, route.to));
        const path = edgePath(route.points, layout.direction);
        const head = headTransform(route.points, layout.direction);
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
            .attr("transform", head);
          continue;
        }
        select(edge.line).interrupt().attr("d", path);
        select(edge.head).interrupt().attr("transform", head);
        if (moves) fadeIn(edge.group);
      }
    },
  };
}

/** Lets something new appear when what was there has made room. */
export function fadeIn(group: SVGGElement): void {
  select(group)
    .style("opacity", 0)
    .transition()
    .delay(moveTime / 2)
    .duration(moveTime / 2)
    .style("opacity", 1)
    .on("end", () => group.style.removeProperty("opacity"));
}

function newEdge(): EdgeElements {
  const group = svgElement("g", { class: "edge" });
  const tooltip = svgElement("title");
  const hit = svgElement("path", { class: "hit" });
  const line = svgElement("path", { class: "line" });
  const head = svgElement("path", { class: "head", d: arrowHead });
  group.append(tooltip, hit, line, head);
  return { group, line, hit, head, tooltip, points: [] };
}

/** By pair of nodes, the arguments that the edges between them feed. */
function inputNames(model: GraphModel): Map<string, string[]> {
  const inputs = new Map<string, string[]>();
  for (const edge of model.edges) {
    const key = edgeKey(edge.from, edge.to);
    const names = inputs.get(key) ?? [];
    names.push(edge.input ?? onlyOrder);
    inputs.set(key, names);
  }
  return inputs;
}

function edgeKey(from: string, to: string): string {
  return `${from}\n${to}`;
}
