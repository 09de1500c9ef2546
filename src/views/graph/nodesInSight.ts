import type { NodeElements } from "./drawNode.ts";
import type { GraphModel, GraphModelNode } from "./graphModel.ts";
import { isTicking } from "./nodeText.ts";
import { setShown } from "./svgElement.ts";

/** Keeps the elements of nodes up with the model, but for those that are left out: these are brought up when they are shown. */
export interface NodesInSight {
  show(model: GraphModel): void;
  /** Durations and countdowns go on. */
  tick(now: number): void;
  /** Leaves out all nodes but these. */
  limit(isSeen: (id: string) => boolean): void;
  /** Shows a node in any case. */
  add(id: string): void;
}

export function keepInSight(
  nodes: ReadonlyMap<string, NodeElements>,
): NodesInSight {
  const hidden = new Set<string>();
  let shown: GraphModel = { nodes: [], edges: [] };

  function showNode(node: GraphModelNode): void {
    const now = shown.now ?? Date.now();
    nodes.get(node.id)?.show(node, node.id === shown.selected, now);
  }

  return {
    show(model) {
      shown = model;
      for (const node of model.nodes) if (!hidden.has(node.id)) showNode(node);
    },
    tick(now) {
      for (const node of shown.nodes)
        if (!hidden.has(node.id) && isTicking(node))
          nodes.get(node.id)?.tick(now);
    },
    limit(isSeen) {
      for (const node of shown.nodes) {
        const isShown = isSeen(node.id);
        setShown(nodes.get(node.id)!.group, isShown);
        if (!isShown) hidden.add(node.id);
        else if (hidden.delete(node.id)) showNode(node);
      }
    },
    add(id) {
      const node = shown.nodes.find((one) => one.id === id);
      if (!node) return;
      const made = nodes.get(id);
      if (made) setShown(made.group, true);
      if (hidden.delete(id)) showNode(node);
    },
  };
}
