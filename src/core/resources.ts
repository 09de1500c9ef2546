import { visitRefs } from "./graphIndex.ts";
import type { TaskNode } from "./graph.ts";
import type { GraphIndex } from "./graphIndex.ts";

/** What hands a value on as it is. */
const passing: readonly (string | undefined)[] = ["merge", "approve", "flow"];

/**
 * The nodes whose value is a resource that was set up, by number: those that set one up, and those that pass one on. What is
 * kept of them is of no use to a task that is still to run, for by then the resource has been cleaned up.
 */
export function carriersOf(index: GraphIndex): ReadonlySet<number> {
  const carriers = new Set<number>();
  for (const node of index.nodes)
    if (node.kind === "task" && node.cleanupOf !== undefined)
      carriers.add(index.numberOf.get(node.cleanupOf)!);
  const todo = [...carriers];
  for (const carrier of todo)
    for (const next of index.downstream.of(carrier)) {
      const node = index.nodes[next] as TaskNode;
      if (!passing.includes(node.operator?.type) || carriers.has(next))
        continue;
      let isPassed = false;
      for (const arg of node.args)
        visitRefs(arg, ({ node: id }) => {
          isPassed ||= index.numberOf.get(id) === carrier;
        });
      if (!isPassed) continue;
      carriers.add(next);
      todo.push(next);
    }
  return carriers;
}

/** The clean-ups of a node, by number. */
export function cleanupsOf(index: GraphIndex, number: number): number[] {
  const { id } = index.nodes[number]!;
  return index.downstream.of(number).filter((other) => {
    const node = index.nodes[other]!;
    return node.kind === "task" && node.cleanupOf === id;
  });
}

/** The nodes that use what a carrier has, clean-ups apart. */
export function usersOf(index: GraphIndex, number: number): number[] {
  return index.downstream.of(number).filter((other) => {
    const node = index.nodes[other]!;
    return node.kind === "task" && node.cleanupOf === undefined;
  });
}
