import type { Keep } from "./events.ts";
import { descendants, indexGraph, type GraphIndex } from "./graphIndex.ts";
import type { Graph, NodeId, TaskNode } from "./graph.ts";
import { planResume } from "./plan.ts";
import { carriersOf, cleanupsOf, usersOf } from "./resources.ts";
import type { RunState } from "./run.ts";
import type { StoredNow } from "./outdated.ts";

type Keys = Readonly<Record<NodeId, string>>;

/** How a run goes on by itself: what a run-resumed event has to say. */
export interface AutoPlan {
  keys: Keys;
  kept: readonly Keep[];
  left: readonly NodeId[];
}

/**
 * Plans to go on with a run by itself, with tasks of the reader's choice and no others: of those that a resumption would run,
 * the ones that `isAuto` names, whose code, inputs, files or tables have changed, and that need nothing of the rest. These run; what
 * still holds is kept, and all else stays as it ended and is to be run by a person: what failed is not tried again before it
 * is changed. Undefined where there is nothing to do.
 */
export function planAuto(
  graph: Graph,
  keys: Keys,
  last: RunState,
  isAuto: (node: TaskNode) => boolean,
  stored?: StoredNow,
): AutoPlan | undefined {
  const index = indexGraph(graph);
  const plan = planResume(graph, keys, last, stored);
  const { items, kept, same, outdated } = plan;
  const again = new Set(
    items.flatMap(({ id, action }) =>
      action === "run" ? [index.numberOf.get(id)!] : [],
    ),
  );
  const taskOf = (number: number) => index.nodes[number] as TaskNode;
  const carriers = carriersOf(index);
  const readers = outdated.map((id) => index.numberOf.get(id)!);
  const reached = new Set([...readers, ...descendants(index, readers)]);
  const runs = new Set(
    [...again].filter((number) => {
      const node = taskOf(number);
      const isNew = same.get(node.id) !== node.id || reached.has(number);
      return (
        node.cleanupOf === undefined &&
        (isNew || carriers.has(number)) &&
        (passesOn(node) || isAuto(node))
      );
    }),
  );
  holdBack(index, again, carriers, runs);
  if ([...runs].every((number) => passesOn(taskOf(number)))) return undefined;
  for (const number of [...runs])
    for (const cleanup of cleanupsOf(index, number)) runs.add(cleanup);
  const waiting = [...again].filter((number) => !runs.has(number));
  const left = waiting.map((number) => index.nodes[number]!.id);
  const isLeft = new Set(left);
  // The keys say with what it ran: its own, and those of the parameters that it takes.
  const old = new Set([
    ...left,
    ...waiting.flatMap((number) =>
      index.upstream.of(number).flatMap((other) => {
        const { kind, id } = index.nodes[other]!;
        return kind === "parameter" ? [id] : [];
      }),
    ),
  ]);
  // What took the result of one that hangs on something replaced has a key that says nothing of it.
  const overtaken = descendants(
    index,
    readers.filter((number) => runs.has(number)),
  );
  const keyOf = (id: NodeId, key: string) => {
    const before = old.has(id) ? last.keys[id] : undefined;
    const isOvertaken =
      isLeft.has(id) && overtaken.has(index.numberOf.get(id)!);
    return isOvertaken ? `${key} overtaken` : (before ?? key);
  };
  return {
    keys: Object.fromEntries(
      Object.entries(plan.keys).map(([id, key]) => [id, keyOf(id, key)]),
    ),
    kept: kept.filter(({ node }) => !isLeft.has(node)),
    left,
  };
}

/** Whether a node does nothing of its own: it runs with what does, and is in nobody's way. */
function passesOn({ operator }: TaskNode): boolean {
  return ["case", "merge", "flow"].includes(operator?.type ?? "");
}

/** Takes out of `runs`, of all that would run again, what needs anything of the others or has nothing to do. */
function holdBack(
  index: GraphIndex,
  again: ReadonlySet<number>,
  carriers: ReadonlySet<number>,
  runs: Set<number>,
): void {
  const waits = (number: number) => again.has(number) && !runs.has(number);
  let size: number;
  do {
    size = runs.size;
    // A sub-flow and what is in it are one: none of it runs by itself unless all does.
    const broken = new Set(
      [...index.inside].flatMap(([flow, parts]) =>
        waits(index.numberOf.get(flow)!) || parts.some(waits) ? [flow] : [],
      ),
    );
    for (const number of runs) {
      const { id, within } = index.nodes[number] as TaskNode;
      const isHeldBack =
        index.upstream.some(number, waits) ||
        [...within, id].some((flow) => broken.has(flow)) ||
        (carriers.has(number) &&
          !usersOf(index, number).some((user) => runs.has(user)));
      if (isHeldBack) runs.delete(number);
    }
  } while (runs.size < size);
}
