/** What a run needs that is fetched only for such runs. */
import type { RunEvent } from "../core/events.ts";
import type { GraphNode } from "../core/graph.ts";

/** Whether an event begins a run, or goes on with one, that functions of the notebook's watch. */
export function beginsWatched(event: RunEvent): boolean {
  if (!("graph" in event)) return false;
  const { nodes, settings } = event.graph;
  const isWatched = (node: GraphNode) =>
    node.kind === "task" && node.options.functions.includes("onStateChange");
  return settings.watched || nodes.some(isWatched);
}

/** Whether an event begins a run, or goes on with one, in which a task has `cacheFor`. */
export function beginsCached(event: RunEvent): boolean {
  if (!("graph" in event)) return false;
  return event.graph.nodes.some(
    (node) => node.kind === "task" && node.options.cacheFor !== undefined,
  );
}
