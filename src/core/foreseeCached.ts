/** What the cache will give to tasks that a resumption runs. */
import type { CacheEntry } from "./cache.ts";
import type { Graph, NodeId, TaskNode } from "./graph.ts";
import { indexGraph } from "./graphIndex.ts";
import { storedByName, type StoredNow } from "./outdated.ts";
import type { PlanItem, ResumePlan } from "./plan.ts";
import {
  findHindrance,
  firstOfEqual,
  predictCache,
  type PlanCache,
} from "./planCache.ts";
import type { RunState, TaskRun } from "./run.ts";

/**
 * The items of a plan to go on with a run, with those reused that are not kept but cached: after an edit that was taken back, or
 * with parameters of before. Of what may be, the reason says so.
 */
export function foreseeCached(
  graph: Graph,
  keys: Readonly<Record<NodeId, string>>,
  last: RunState,
  { items, same }: Pick<ResumePlan, "items" | "same">,
  cache: PlanCache,
  storedNow: StoredNow = {},
): readonly PlanItem[] {
  if (cache.entries.length === 0) return items;
  const index = indexGraph(graph);
  const stored = storedByName(storedNow);
  const isKept = new Set(
    items.flatMap(({ id, action }) => (action === "reuse" ? [id] : [])),
  );
  const isCached = new Set<NodeId>();
  const before = (id: NodeId) => last.tasks.get(same.get(id) ?? "");
  const isTried = (id: NodeId) => {
    const { children, attempt = 0 } = before(id) ?? {};
    return children !== undefined || attempt > 0;
  };
  const runOf = (number: number) => {
    const { id } = index.nodes[number]!;
    return isKept.has(id) ? before(id) : undefined;
  };
  const foresee = (item: PlanItem): PlanItem => {
    const number = index.numberOf.get(item.id)!;
    const node = index.nodes[number] as TaskNode;
    if (item.action === "reuse" || node.options.cacheFor === undefined)
      return item;
    const needed = index.upstream.of(number).flatMap((other) => {
      const { kind, id } = index.nodes[other]!;
      return kind === "task" ? [id] : [];
    });
    const isByHand = needed.some((id) => hasMarks(before(id)));
    const isGiven = needed.every((id) => isKept.has(id) || isCached.has(id));
    const prediction = predictCache(
      index,
      node,
      keys[firstOfEqual(index, number)],
      cache,
      stored,
      () => isGiven,
      before(item.id),
    );
    /** Whether what is cached was made in this run, of the results that are kept. */
    const isMadeOfKept = ({ run, at }: CacheEntry) =>
      run === last.run &&
      !isByHand &&
      needed.every(
        (id) => isKept.has(id) && (before(id)?.endedAt ?? Infinity) <= at,
      );
    const { action, perhaps, entries = [] } = prediction ?? {};
    if (
      action === "reuse" &&
      (perhaps === undefined || entries.every(isMadeOfKept))
    ) {
      if (findHindrance(index, number, runOf) !== undefined) return item;
      isCached.add(item.id);
      return { ...item, action, why: prediction!.why };
    }
    // What was tried with these inputs was not cached then.
    return perhaps === undefined || (isGiven && !isByHand && isTried(item.id))
      ? item
      : { ...item, why: `${item.why}; ${perhaps}` };
  };
  return items.map(foresee);
}

/** Whether a task, or any element of it, was given its result by hand, which may have been at any time. */
function hasMarks(task: TaskRun | undefined): boolean {
  const { isMarked = false, children } = task ?? {};
  for (let leaf = 0; leaf < (children?.count ?? 0); leaf += 1)
    if (children!.isMarked(leaf)) return true;
  return isMarked;
}
