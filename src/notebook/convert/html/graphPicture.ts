import { escapeMarkup } from "../../../core/escapeMarkup.ts";
import type { State } from "../../../core/state.ts";
import { edgePath, headPath } from "../../../views/graph/edgePath.ts";
import type {
  GraphModel,
  GraphModelNode,
} from "../../../views/graph/graphModel.ts";
import { layoutNested } from "../../../views/graph/nestedLayout.ts";
import {
  clip,
  detailText,
  durationText,
  isCompact,
  nodeSize,
  nodeTitle,
} from "../../../views/graph/nodeText.ts";
import { stripPaths } from "../../../views/graph/strip.ts";
import { stateIcon } from "../../../views/states.ts";

const margin = 12;

/** The graph as an SVG picture inside a page, coloured by the page's style. `now` is when it is drawn. */
export function graphPicture(
  model: GraphModel,
  now: number,
  label: string,
): string {
  const nodes = model.nodes.map((node) => ({
    id: node.id,
    inside: node.inside,
    ...nodeSize(node),
  }));
  const { places, routes, box, direction } = layoutNested(nodes, model.edges);
  const byId = new Map(model.nodes.map((node) => [node.id, node]));
  const frames = places.flatMap(({ x, y, frame }) =>
    frame ? [rect("frame", x, y, frame.width, frame.height, 9)] : [],
  );
  const edges = routes.map(
    ({ points, carries }) =>
      `<g class="edge${carries.every(({ input }) => input === undefined) ? " order" : ""}"><path class="line" d="${edgePath(points, direction)}"/><path class="head" d="${headPath(points, direction)}"/></g>`,
  );
  const drawn = places.map(({ id, x, y, frame }) => {
    const node = byId.get(id);
    if (!node) return "";
    const size = nodeSize(node);
    const top = frame ? y - frame.height / 2 + size.height / 2 : y;
    const width = frame?.width ?? size.width;
    return drawNode(node, { x, y: top, width, height: size.height }, now);
  });
  const [width, height] = [box.width + 2 * margin, box.height + 2 * margin];
  return [
    `<svg class="graph" role="img" aria-label="${escapeMarkup(label)}" width="${Math.ceil(width)}" height="${Math.ceil(height)}"`,
    ` viewBox="${box.x - margin} ${box.y - margin} ${width} ${height}">`,
    ...frames,
    ...edges,
    ...drawn,
    "</svg>",
  ].join("\n");
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

function drawNode(node: GraphModelNode, box: Box, now: number): string {
  const { x, y, width, height } = box;
  const { name, value } = nodeTitle(node);
  if (node.kind === "parameter")
    return `<g class="node parameter">${rect("box", x, y, width, height, height / 2)}<text x="${x}" y="${y + 4}" text-anchor="middle"><tspan class="name">${escapeMarkup(name)}</tspan> <tspan class="value">${escapeMarkup(value)}</tspan></text></g>`;
  const left = x - width / 2;
  const isOneLine = isCompact(node) || node.flow?.isOpen === true;
  const up = node.mapped ? (isOneLine ? -4 : -7) : 0;
  const detail = isOneLine
    ? ""
    : text(
        "detail",
        left + 41,
        y + up + 14,
        clip(detailText(node, now), Math.floor((width - 53) / 6)),
      );
  const duration = isOneLine
    ? ""
    : `<text class="duration" x="${x + width / 2 - 12}" y="${y + up - 4}" text-anchor="end">${escapeMarkup(durationText(node, now))}</text>`;
  return [
    `<g class="node task" data-state="${node.state}">`,
    rect("box", x, y, width, height, isCompact(node) ? height / 2 : 9),
    `<circle class="disc" cx="${left + 22}" cy="${y + up}" r="${isOneLine ? 8 : 10}"/>`,
    `<path class="icon" d="${stateIcon(node.state)}" transform="translate(${left + 14},${y + up - 8})"/>`,
    text("name", left + 41, y + up + (isOneLine ? 4 : -4), name),
    detail,
    duration,
    node.elements ? drawStrip(node.elements.cells, box, isOneLine) : "",
    "</g>",
  ].join("");
}

function drawStrip(
  cells: readonly State[],
  { x, y, width, height }: Box,
  isOneLine: boolean,
): string {
  const high = isOneLine ? 4 : 7;
  const paths = stripPaths(cells, {
    x: x - width / 2 + 41,
    y: y + height / 2 - high - 5,
    width: width - 53,
    height: high,
  });
  return [...paths]
    .map(([state, d]) => `<path class="cells" data-state="${state}" d="${d}"/>`)
    .join("");
}

function rect(
  name: string,
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
): string {
  return `<rect class="${name}" x="${x - width / 2}" y="${y - height / 2}" width="${width}" height="${height}" rx="${radius}"/>`;
}

function text(name: string, x: number, y: number, words: string): string {
  return `<text class="${name}" x="${x}" y="${y}">${escapeMarkup(words)}</text>`;
}
