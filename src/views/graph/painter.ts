/**
 * Paints a graph on a canvas: from far away a picture of the whole that is kept ready, nearer boxes, and near by all that a
 * node has to say.
 */
import type { ZoomTransform } from "d3-zoom";
import type { Arrangement } from "./arrange.ts";
import { boxAround, farScale, tinyScale, touches, type Box } from "./camera.ts";
import { edgeLook } from "./edgeLook.ts";
import { edgePath, headPath } from "./edgePath.ts";
import type { GraphModel, GraphModelNode } from "./graphModel.ts";
import { farColour, nodeMarks } from "./nodeMarks.ts";
import type { Overview } from "./overview.ts";
import { paintMarks } from "./paintMarks.ts";
import { mix, palettes } from "./palette.ts";
import { schemeOf, watchScheme } from "./scheme.ts";

export interface Painter {
  /** What is painted from now on. */
  show(model: GraphModel, arrangement: Arrangement): void;
  /** Paints what is in sight. Leaves the context in the coordinates of the graph, and gives it. */
  paint(transform: ZoomTransform, sight: Box): CanvasRenderingContext2D;
  readonly accent: string;
  destroy(): void;
}

/** The picture of the whole is used until its pixels would show. */
const mostStretch = 1.6;

interface PaintedEdge {
  box: Box;
  path: Path2D;
  head: Path2D;
  route: Arrangement["layout"]["routes"][number];
}

/** `changed` is called when all has to be painted anew, in other colours. */
export function createPainter(
  element: HTMLElement,
  canvas: HTMLCanvasElement,
  overview: Overview,
  changed: () => void,
): Painter {
  const context = canvas.getContext("2d", { alpha: false })!;
  const font = getComputedStyle(element).fontFamily;
  let palette = palettes[schemeOf(element)];
  const unwatch = watchScheme(() => {
    palette = palettes[schemeOf(element)];
    changed();
  });
  let shown: GraphModel = { nodes: [], edges: [] };
  /** Nodes by their ids, from when edges are painted on. */
  let byId: Map<string, GraphModelNode> | undefined;
  let arrangement: Arrangement | undefined;
  let edges: PaintedEdge[] = [];

  function paint(
    transform: ZoomTransform,
    sight: Box,
  ): CanvasRenderingContext2D {
    const ratio = devicePixelRatio;
    const width = Math.round(sight.width * transform.k * ratio);
    const height = Math.round(sight.height * transform.k * ratio);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = palette.ground;
    context.fillRect(0, 0, width, height);
    const k = transform.k * ratio;
    context.setTransform(k, 0, 0, k, transform.x * ratio, transform.y * ratio);
    if (!arrangement) return context;
    if (transform.k < tinyScale && k <= overview.scale * mostStretch)
      paintOverview(arrangement);
    else paintParts(arrangement, sight, transform.k < farScale);
    return context;
  }

  function paintOverview({ layout: { box } }: Arrangement): void {
    const { picture, scale } = overview;
    context.imageSmoothingQuality = "high";
    context.drawImage(
      picture,
      box.x,
      box.y,
      picture.width / scale,
      picture.height / scale,
    );
  }

  function paintParts(
    { sizes, middles, layout }: Arrangement,
    sight: Box,
    isFar: boolean,
  ): void {
    paintFrames(layout, sight);
    paintEdges(sight, isFar);
    const now = shown.now ?? Date.now();
    for (const node of shown.nodes) {
      const middle = middles.get(node.id);
      const size = sizes.get(node.id);
      if (!middle || !size) continue;
      const x = middle.x - size.width / 2;
      const y = middle.y - size.height / 2;
      if (!touches({ x, y, ...size }, sight)) continue;
      const isDim = shown.found !== undefined && !shown.found.has(node.id);
      if (isFar) {
        const colour = farColour(node, palette);
        context.fillStyle = isDim ? mix(colour, palette.ground, 0.3) : colour;
        context.fillRect(x, y, size.width, size.height);
        continue;
      }
      context.translate(middle.x, middle.y);
      const marks = nodeMarks(node, size, palette, now);
      paintMarks(
        context,
        isDim ? marks.map((mark) => ({ ...mark, opacity: 0.3 })) : marks,
        font,
      );
      context.translate(-middle.x, -middle.y);
    }
  }

  function paintFrames({ places }: Arrangement["layout"], sight: Box): void {
    for (const { x, y, frame: size } of places) {
      if (!size) continue;
      const box = { x: x - size.width / 2, y: y - size.height / 2, ...size };
      if (!touches(box, sight)) continue;
      context.beginPath();
      context.roundRect(box.x, box.y, box.width, box.height, 9);
      context.fillStyle = mix(palette.inkFaint, palette.paper, 0.05);
      context.fill();
      context.lineWidth = 1;
      context.strokeStyle = palette.lineStrong;
      context.stroke();
    }
  }

  function paintEdges(sight: Box, isFar: boolean): void {
    context.lineWidth = isFar ? 2.5 : 1.5;
    for (const { box, path, head, route } of edges) {
      if (!touches(box, sight)) continue;
      byId ??= new Map(shown.nodes.map((node) => [node.id, node]));
      const look = edgeLook(route, byId, shown.selected);
      const colour = look.isChosen
        ? palette.accent
        : look.isFlowing
          ? palette.states.Running
          : palette.lineStrong;
      context.globalAlpha = look.isExcluded || look.isClosed ? 0.5 : 1;
      context.strokeStyle = colour;
      if (!isFar)
        context.setLineDash(
          look.isClosed ? [1, 4] : look.isOrder ? [2, 4] : [],
        );
      context.stroke(path);
      if (isFar) continue;
      context.fillStyle = colour;
      context.fill(head);
    }
    context.globalAlpha = 1;
    context.setLineDash([]);
  }

  return {
    show(model, next) {
      shown = model;
      byId = undefined;
      if (next === arrangement) return;
      arrangement = next;
      const { direction } = next.layout;
      edges = next.layout.routes.map((route) => ({
        route,
        box: boxAround(route.points),
        path: new Path2D(edgePath(route.points, direction)),
        head: new Path2D(headPath(route.points, direction)),
      }));
    },
    paint,
    get accent() {
      return palette.accent;
    },
    destroy: unwatch,
  };
}
