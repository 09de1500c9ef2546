import type { GraphModelEdge, GraphModelNode } from "./graphModel.ts";
import type { NestedRoute } from "./nestedLayout.ts";

/** What there is to see of an arrow. */
export interface EdgeLook {
  /** Something is running at its end. */
  isFlowing: boolean;
  /** It begins or ends at the selected node. */
  isChosen: boolean;
  /** Nothing but the order counts. */
  isOrder: boolean;
  isExcluded: boolean;
  /** What a branch does not take leads nowhere in this run. */
  isClosed: boolean;
}

export function edgeLook(
  { from, to, carries }: NestedRoute<GraphModelEdge>,
  byId: ReadonlyMap<string, GraphModelNode>,
  selected: string | undefined,
): EdgeLook {
  const source = byId.get(from);
  return {
    isFlowing: carries.some(({ to: id }) => {
      const target = byId.get(id);
      return target?.state === "Running" && target.role !== "flow";
    }),
    isChosen:
      selected !== undefined &&
      (selected === from ||
        selected === to ||
        carries.some((edge) => edge.from === selected || edge.to === selected)),
    isOrder: carries.every(({ input }) => input === undefined),
    isExcluded: (source?.excluded || byId.get(to)?.excluded) ?? false,
    isClosed: source?.role === "case" && source.state === "Skipped",
  };
}
