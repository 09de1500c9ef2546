import type { GraphIndex } from "./graphIndex.ts";

/**
 * The tasks inside of sub-flows that were marked as a success by hand and stay so: whatever became of them, they need not run.
 * `isMarked` says so of a sub-flow's node, `isKept` of a task whether something of it is kept anyhow.
 */
export function sparedByMarks(
  index: GraphIndex,
  isMarked: (number: number) => boolean,
  isKept: (number: number) => boolean,
): Set<number> {
  const spared = new Set<number>();
  for (const [number, node] of index.nodes.entries()) {
    if (node.kind !== "task" || node.operator?.type !== "flow") continue;
    if (node.over.length > 0 || !isMarked(number)) continue;
    for (const inner of index.inside.get(node.id) ?? [])
      if (index.nodes[inner]!.kind === "task" && !isKept(inner))
        spared.add(inner);
  }
  return spared;
}
