import { arrange } from "./arrange.ts";
import { edgeLook } from "./edgeLook.ts";
import { edgePath, headPath } from "./edgePath.ts";
import type { GraphModel } from "./graphModel.ts";
import type { Direction } from "./layout.ts";
import { nodeMarks, type Mark } from "./nodeMarks.ts";
import { nodeDescription } from "./nodeText.ts";
import { mix, palettes, type Scheme } from "./palette.ts";

const margin = 24;
const font =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif";

/** A flow and its states as the text of an SVG file that needs no other file. It needs no page either, and runs anywhere. */
export function graphSvg(
  model: GraphModel,
  options: { scheme?: Scheme; direction?: Direction; now?: number } = {},
): string {
  const { scheme = "light", direction = "down" } = options;
  const now = options.now ?? model.now ?? 0;
  const palette = palettes[scheme];
  const { layout, sizes, middles } = arrange(model, undefined, direction);
  const { box } = layout;
  const view = {
    x: box.x - margin,
    y: box.y - margin,
    width: Math.ceil(box.width + 2 * margin),
    height: Math.ceil(box.height + 2 * margin),
  };
  const byId = new Map(model.nodes.map((node) => [node.id, node]));

  const frames = layout.places.flatMap(({ x, y, frame }) =>
    frame
      ? tag("rect", {
          x: x - frame.width / 2,
          y: y - frame.height / 2,
          ...frame,
          rx: 9,
          fill: mix(palette.inkFaint, palette.paper, 0.05),
          stroke: palette.lineStrong,
        })
      : [],
  );
  const edges = layout.routes.map((route) => {
    const look = edgeLook(route, byId, undefined);
    const colour = look.isFlowing ? palette.states.Running : palette.lineStrong;
    const opacity = look.isExcluded || look.isClosed ? 0.5 : undefined;
    return (
      tag("path", {
        d: edgePath(route.points, direction),
        fill: "none",
        stroke: colour,
        "stroke-width": 1.5,
        "stroke-dasharray": look.isClosed
          ? "1 4"
          : look.isOrder
            ? "2 4"
            : undefined,
        opacity,
      }) +
      tag("path", {
        d: headPath(route.points, direction),
        fill: colour,
        opacity,
      })
    );
  });
  const nodes = model.nodes.flatMap((node) => {
    const middle = middles.get(node.id);
    const size = sizes.get(node.id);
    if (!middle || !size) return [];
    const marks = nodeMarks(node, size, palette, now).map(markText);
    return `<g transform="translate(${round(middle.x)},${round(middle.y)})"><title>${escape(nodeDescription(node, now))}</title>${marks.join("")}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${view.x} ${view.y} ${view.width} ${view.height}" width="${view.width}" height="${view.height}" font-family="${escape(font)}">`,
    tag("rect", { ...view, fill: palette.ground }),
    ...frames,
    ...edges,
    ...nodes,
    "</svg>",
  ].join("\n");
}

function markText(mark: Mark): string {
  if (mark.type === "text")
    return `<text${attributes({
      x: mark.x,
      y: mark.y,
      "font-size": mark.size,
      "font-weight": mark.weight,
      "text-anchor": mark.anchor,
      opacity: mark.opacity,
      "xml:space": "preserve",
    })}>${mark.parts
      .map(
        ({ text, fill, weight }) =>
          `<tspan${attributes({ fill, "font-weight": weight })}>${escape(text)}</tspan>`,
      )
      .join("")}</text>`;
  const ink = {
    fill: mark.fill ?? "none",
    stroke: mark.stroke,
    "stroke-width": mark.lineWidth,
    "stroke-dasharray": mark.dash?.join(" "),
    opacity: mark.opacity,
  };
  switch (mark.type) {
    case "box": {
      const { x, y, width, height, radius: rx } = mark;
      return tag("rect", { x, y, width, height, rx, ...ink });
    }
    case "disc":
      return tag("circle", { cx: mark.x, cy: mark.y, r: mark.r, ...ink });
    case "path":
      return tag("path", {
        d: mark.d,
        transform:
          mark.x === 0 && mark.y === 0
            ? undefined
            : `translate(${round(mark.x)},${round(mark.y)})`,
        ...ink,
        ...(mark.stroke === undefined
          ? {}
          : { "stroke-linecap": "round", "stroke-linejoin": "round" }),
      });
  }
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

function tag(name: string, values: Attributes): string {
  return `<${name}${attributes(values)}/>`;
}

function attributes(values: Attributes): string {
  return Object.entries(values)
    .flatMap(([name, value]) =>
      value === undefined
        ? []
        : ` ${name}="${typeof value === "number" ? round(value) : escape(value)}"`,
    )
    .join("");
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** Text for a file: what XML cannot hold, such as control characters, is left out. */
function escape(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replace(/[\ud800-\udfff]/gu, "")
    .replace(/[&<>"]/g, (found) => entities[found]!);
}
