import type { NodeElements } from "./drawNode.ts";
import type { GraphModel, GraphModelNode } from "./graphModel.ts";
import { isTicking } from "./nodeText.ts";
import { setShown } from "./svgElement.ts";

/**
 * Keeps the elements of nodes up with the model. Those that are left out are brought up when they are shown; those that are drawn
 * around what is in sight, so that they are there when it moves, when they come into sight or the model rests.
 */
export interface NodesInSight {
  /** Durations and countdowns go on by themselves then, if the model is not of a moment of the past. */
  show(model: GraphModel): void;
  /** Leaves out all nodes but these. */
  limit(isDrawn: (id: string) => boolean): void;
  /** What is in sight has become another. */
  look(): void;
  /** Shows a node in any case. */
  add(id: string): void;
  destroy(): void;
}

/** A model that does not change for so many milliseconds rests. */
const restTime = 300;
const tickTime = 250;

/** `isInSight` tells of a node that is drawn. */
export function keepInSight(
  nodes: ReadonlyMap<string, NodeElements>,
  isInSight: (id: string) => boolean,
): NodesInSight {
  const hidden = new Set<string>();
  /** Those that are drawn, and not as the model has them. */
  const late = new Map<string, GraphModelNode>();
  let shown: GraphModel = { nodes: [], edges: [] };
  let rest: ReturnType<typeof setTimeout> | undefined;
  let ticker: ReturnType<typeof setInterval> | undefined;

  function showNode(node: GraphModelNode): void {
    const now = shown.now ?? Date.now();
    late.delete(node.id);
    nodes.get(node.id)?.show(node, node.id === shown.selected, now);
  }

  function tick(now: number): void {
    for (const node of shown.nodes)
      if (!hidden.has(node.id) && isTicking(node) && isInSight(node.id))
        nodes.get(node.id)?.tick(now);
  }

  function schedule(): void {
    const isNeeded = shown.now === undefined && shown.nodes.some(isTicking);
    if (isNeeded) ticker ??= setInterval(() => tick(Date.now()), tickTime);
    else {
      clearInterval(ticker);
      ticker = undefined;
    }
  }

  function showLate(isWanted: (id: string) => boolean): void {
    for (const [id, node] of late) if (isWanted(id)) showNode(node);
  }

  return {
    show(model) {
      shown = model;
      late.clear();
      for (const node of model.nodes) {
        if (hidden.has(node.id)) continue;
        if (node.id === model.selected || isInSight(node.id)) showNode(node);
        else late.set(node.id, node);
      }
      clearTimeout(rest);
      if (late.size > 0) rest = setTimeout(showLate, restTime, () => true);
      if (model.now !== undefined) tick(model.now);
      schedule();
    },
    limit(isDrawn) {
      for (const node of shown.nodes) {
        const isShown = isDrawn(node.id);
        setShown(nodes.get(node.id)!.group, isShown);
        if (isShown) {
          if (hidden.delete(node.id)) showNode(node);
        } else {
          hidden.add(node.id);
          late.delete(node.id);
        }
      }
    },
    look: () => showLate(isInSight),
    add(id) {
      const node = shown.nodes.find((one) => one.id === id);
      if (!node) return;
      const made = nodes.get(id);
      if (made) setShown(made.group, true);
      if (hidden.delete(id) || late.has(id)) showNode(node);
    },
    destroy() {
      clearTimeout(rest);
      clearInterval(ticker);
    },
  };
}
