import { stateLabel } from "../states.ts";
import type { GraphModelNode } from "./graphModel.ts";

/**
 * The nodes that fit what was typed, in the order of the model: every word of it has to occur in the name, the state or the
 * message.
 */
export function findNodes(
  nodes: readonly GraphModelNode[],
  typed: string,
): string[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return nodes
    .filter((node) => {
      const text = textOf(node).toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .map(({ id }) => id);
}

function textOf({ kind, name, state, message = "", stale }: GraphModelNode) {
  return kind === "parameter"
    ? `${name} parameter`
    : `${name} ${stateLabel(state)} ${message} ${stale === undefined ? "" : "stale"}`;
}
