/** What the cache will give to tasks that a resumption runs. */
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
import type { RunState } from "./run.ts";

/**
 * The items of a plan to go on with a run, with those reused that are not kept but cached: after an edit that was taken back, or
 * with parameters of before. Of what may be, the reason says so.
 */
export function foreseeCached(
  graph: Graph,
  keys: Readonly<Record<NodeId, string>>,
  last: RunState,
  { items, kept, same }: Pick<ResumePlan, "items" | "kept" | "same">,
  cache: PlanCache,
  storedNow: StoredNow = {},
): readonly PlanItem[] {
  if (cache.entries.length === 0) return items;
  const index = indexGraph(graph);
  const stored = storedByName(storedNow);
  const inPart = new Set(
    kept.flatMap(({ node, leaves }) => (leaves ? [node] : [])),
  );
  const isKept = new Set(
    items.flatMap(({ id, action }) => (action === "reuse" ? [id] : [])),
  );
  const isCached = new Set<NodeId>();
  const before = (id: NodeId) => last.tasks.get(same.get(id) ?? "");
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
    if (prediction?.action === "reuse") {
      if (findHindrance(index, number, runOf) !== undefined) return item;
      isCached.add(item.id);
      return { ...item, action: "reuse", why: prediction.why };
    }
    const { perhaps } = prediction ?? {};
    // Elements that run although what they need is as it was were not cached when they ran before.
    return perhaps === undefined || (isGiven && inPart.has(item.id))
      ? item
      : { ...item, why: `${item.why}; ${perhaps}` };
  };
  return items.map(foresee);
}
