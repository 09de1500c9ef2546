/** Which tasks `from` and `to` of a run mean. */
import { FlowError } from "./errors.ts";
import { ancestors, descendants } from "./graphIndex.ts";
import type { GraphIndex } from "./graphIndex.ts";
import type { Graph, TaskNode } from "./graph.ts";
import { listNames } from "./words.ts";

/** The tasks with that id, else all with that name, else all of that variable; a FlowError if there is none. */
export function findTasks(graph: Graph, name: string): number[] {
  const matching = (fits: (node: TaskNode) => boolean) =>
    graph.nodes.flatMap((node, number) =>
      node.kind === "task" && fits(node) ? [number] : [],
    );
  const byId = matching(({ id }) => id === name);
  if (byId.length > 0) return byId;
  // A call that has a name of its own is meant by that.
  const byName = matching((node) => node.name === name);
  if (byName.length > 0) return byName;
  const byVariable = matching(({ task }) => task === name);
  if (byVariable.length > 0) return byVariable;
  const known = matching(() => true).map((number) => graph.nodes[number]!.name);
  throw new FlowError(
    "unknown-task",
    `The flow ${graph.flow} has no task ${name}. ${
      known.length > 0
        ? `It has ${listNames([...new Set(known)], 50)}.`
        : "It has no tasks."
    }`,
  );
}

/** These and what is in the sub-flows among them, but for clean-ups: see `chooseResources`. */
export function withParts(
  index: GraphIndex,
  numbers: readonly number[],
): number[] {
  const parts = numbers
    .flatMap((number) => index.inside.get(index.nodes[number]!.id) ?? [])
    .filter((part) => !isCleanup(index, part));
  return [...new Set([...numbers, ...parts])];
}

function isCleanup(index: GraphIndex, number: number): boolean {
  return (index.nodes[number] as TaskNode).cleanupOf !== undefined;
}

/** The nodes that a run does not leave out. A clean-up goes with what it cleans up after, see `chooseResources`. */
export function include(
  index: GraphIndex,
  from: readonly number[],
  to: readonly number[],
): Set<number> {
  if (from.length === 0 && to.length === 0) return new Set(index.nodes.keys());
  const needed = new Set([...to, ...ancestors(index, to)]);
  if (from.length === 0) return needed;
  const after = [...descendants(index, from)].filter(
    (one) => !isCleanup(index, one),
  );
  // Between `from` and `to`: what neither runs nor is needed by what runs is left out.
  const runs = [...from, ...after].filter(
    (number) => to.length === 0 || needed.has(number),
  );
  return new Set([...runs, ...ancestors(index, runs)]);
}
