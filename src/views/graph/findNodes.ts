import { stateLabel } from "../states.ts";
import * as words from "../words/graph.ts";
import type { GraphModelNode } from "./graphModel.ts";

/**
 * The nodes that fit what was typed, in the order of the model: every word of it has to occur in the name, the state or the
 * message.
 */
export function findNodes(
  nodes: readonly GraphModelNode[],
  typed: string,
): string[] {
  const typedWords = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (typedWords.length === 0) return [];
  return nodes
    .filter((node) => {
      const text = textOf(node).toLowerCase();
      return typedWords.every((word) => text.includes(word));
    })
    .map(({ id }) => id);
}

function textOf({ kind, name, state, message = "", stale }: GraphModelNode) {
  return kind === "parameter"
    ? `${name} ${words.parameter}`
    : `${name} ${stateLabel(state)} ${message} ${stale === undefined ? "" : words.stale}`;
}
