import type { Arrangement } from "./arrange.ts";
import type { GraphModel, GraphModelNode } from "./graphModel.ts";
import { farColour } from "./nodeMarks.ts";
import { mix, type Palette } from "./palette.ts";

/** A small picture of a whole graph, that is kept up to date node by node. */
export interface Overview {
  /** The picture, `scale` of its pixels for a unit of the graph; it begins at the top left of the layout's box. */
  readonly picture: HTMLCanvasElement;
  readonly scale: number;
  /** Paints what changed since the last time. */
  update(
    model: GraphModel,
    arrangement: Arrangement,
    palette: Palette,
  ): boolean;
}

/** The longer side of the picture, in pixels; and it is no larger than half the graph. */
const longest = 2048;
const largest = 0.5;

export function createOverview(): Overview {
  const picture = document.createElement("canvas");
  const context = picture.getContext("2d")!;
  let scale = 1;
  let painted: { arrangement: Arrangement; palette: Palette } | undefined;
  let nodes: readonly GraphModelNode[] = [];
  let found: GraphModel["found"];

  function paintNode(
    node: GraphModelNode,
    { sizes, middles }: Arrangement,
    palette: Palette,
  ): void {
    const size = sizes.get(node.id);
    const middle = middles.get(node.id);
    if (!size || !middle) return;
    const colour = farColour(node, palette);
    // Opaque, so that it covers what was there before.
    context.fillStyle =
      found && !found.has(node.id) ? mix(colour, palette.ground, 0.3) : colour;
    context.globalAlpha = 1;
    // What has no pixel of its own would be lost.
    const width = Math.max(size.width, 1.5 / scale);
    const height = Math.max(size.height, 1.5 / scale);
    context.fillRect(
      middle.x - width / 2,
      middle.y - height / 2,
      width,
      height,
    );
  }

  function paintAll(
    model: GraphModel,
    arrangement: Arrangement,
    palette: Palette,
  ): void {
    const { box, places, routes } = arrangement.layout;
    scale = Math.min(largest, longest / Math.max(1, box.width, box.height));
    picture.width = Math.max(1, Math.ceil(box.width * scale));
    picture.height = Math.max(1, Math.ceil(box.height * scale));
    context.setTransform(scale, 0, 0, scale, -box.x * scale, -box.y * scale);
    context.lineWidth = Math.max(2, 0.7 / scale);
    context.strokeStyle = palette.lineStrong;
    context.globalAlpha = 1;
    for (const { x, y, frame } of places)
      if (frame)
        context.strokeRect(
          x - frame.width / 2,
          y - frame.height / 2,
          frame.width,
          frame.height,
        );
    context.globalAlpha = 0.6;
    context.beginPath();
    for (const { points } of routes)
      points.forEach(({ x, y }, at) =>
        at === 0 ? context.moveTo(x, y) : context.lineTo(x, y),
      );
    context.stroke();
    for (const node of model.nodes) paintNode(node, arrangement, palette);
  }

  return {
    picture,
    get scale() {
      return scale;
    },
    update(model, arrangement, palette) {
      const isSame =
        painted?.arrangement === arrangement &&
        painted.palette === palette &&
        found === model.found;
      found = model.found;
      let changed = !isSame;
      if (!isSame) paintAll(model, arrangement, palette);
      else
        model.nodes.forEach((node, at) => {
          const before = nodes[at];
          // Of what else changes nothing is seen from far away.
          if (
            before === node ||
            (before?.state === node.state && before.kind === node.kind)
          )
            return;
          changed = true;
          paintNode(node, arrangement, palette);
        });
      painted = { arrangement, palette };
      nodes = model.nodes;
      return changed;
    },
  };
}
