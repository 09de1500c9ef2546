import type {
  GraphModel,
  GraphModelEdge,
  GraphModelNode,
} from "./graphModel.ts";
import type { Direction, Point } from "./layout.ts";
import { layoutNested, type NestedLayout } from "./nestedLayout.ts";
import type { Size } from "./nodeGeometry.ts";
import { nodeSize } from "./nodeText.ts";

export type GraphLayout = NestedLayout<GraphModelEdge>;

/** Where everything of a graph is drawn. */
export interface Arrangement {
  layout: GraphLayout;
  /** Of each node; of an open sub-flow its head, which is as wide as its frame. */
  sizes: ReadonlyMap<string, Size>;
  middles: ReadonlyMap<string, Point>;
}

/** Lays a graph out, near to how it was laid out before. */
export function arrange(
  model: GraphModel,
  previous?: GraphLayout,
  direction: Direction = "down",
): Arrangement {
  const sizes = new Map(model.nodes.map((node) => [node.id, nodeSize(node)]));
  const layout = layoutNested(
    model.nodes.map(({ id, inside }) => ({ id, inside, ...sizes.get(id)! })),
    model.edges,
    previous,
    direction,
  );
  const middles = new Map<string, Point>();
  for (const { id, x, y, frame } of layout.places) {
    if (!frame) {
      middles.set(id, { x, y });
      continue;
    }
    const { height } = sizes.get(id)!;
    sizes.set(id, { width: frame.width, height });
    middles.set(id, { x, y: y - frame.height / 2 + height / 2 });
  }
  return { layout, sizes, middles };
}

/** The node at a point; of several the one that is drawn last, and so lies above. */
export function nodeUnder(
  { nodes }: GraphModel,
  { middles, sizes }: Arrangement,
  { x, y }: Point,
): GraphModelNode | undefined {
  return nodes.findLast(({ id }) => {
    const middle = middles.get(id);
    const size = sizes.get(id);
    return (
      middle &&
      size &&
      Math.abs(x - middle.x) <= size.width / 2 &&
      Math.abs(y - middle.y) <= size.height / 2
    );
  });
}
