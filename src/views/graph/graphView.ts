import * as words from "../words/graph.ts";
import type { GraphModel, GraphModelNode } from "./graphModel.ts";
import type { Direction } from "./layout.ts";

export interface GraphCallbacks {
  /** A node was chosen, or with undefined the choice was taken back. */
  select(id: string | undefined): void;
  /** A menu was asked for at a node; the place is in coordinates of the window. */
  menu?(id: string, x: number, y: number): void;
  /** A sub-flow is to be opened or closed. */
  toggle?(id: string): void;
}

export interface GraphOptions {
  direction?: Direction;
  /** Whether it stands in a text that scrolls: the wheel alone, and one finger, scroll that. */
  isInText?: boolean;
}

export interface GraphView {
  /** Shows another model. Nodes that did not change should be the same objects as before. */
  update(model: GraphModel): void;
  /** Brings the whole graph into view, and keeps it there until the reader moves it. */
  fit(): void;
  /** Zooms around the middle: 1.4 makes everything that much larger. */
  zoomBy(factor: number): void;
  /** Brings a node to the middle, large enough to be read. */
  show(id: string): void;
  destroy(): void;
}

/** What a graph is called by a screen reader. */
export function graphLabel({ nodes }: GraphModel): string {
  const tasks = nodes.filter(({ kind }) => kind === "task").length;
  const hasFlows = nodes.some(({ flow }) => flow);
  return words.graphLabel({ tasks, hasFlows });
}

/** Whether the layout can stay as it is. Most nodes are the same objects as before, which says it all. */
export function hasSameShape(
  before: GraphModel,
  now: GraphModel,
  lookOf: (node: GraphModelNode) => string,
): boolean {
  if (before.nodes.length !== now.nodes.length) return false;
  if (before.edges !== now.edges && shapeOfEdges(before) !== shapeOfEdges(now))
    return false;
  return now.nodes.every((node, at) => {
    const old = before.nodes[at]!;
    return (
      node === old ||
      (node.id === old.id &&
        (isAlike(node, old) || lookOf(node) === lookOf(old)))
    );
  });
}

/** Whether two states of a task look alike for sure, but for what changes while a flow runs: to measure its texts takes far longer. */
function isAlike(one: GraphModelNode, other: GraphModelNode): boolean {
  return (
    one.kind === "task" &&
    other.kind === "task" &&
    one.name === other.name &&
    one.role === other.role &&
    one.mapped === other.mapped &&
    one.attempts === other.attempts &&
    one.inside === other.inside &&
    one.flow === undefined &&
    other.flow === undefined
  );
}

function shapeOfEdges({ edges }: GraphModel): string {
  return edges
    .map(({ from, to, input }) => `${from}\t${to}\t${input ?? ""}`)
    .join("\n");
}
