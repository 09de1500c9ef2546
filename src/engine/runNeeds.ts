/** What a run needs that is fetched only for such runs. */
import type { RunEvent } from "../core/events.ts";
import type { GraphNode } from "../core/graph.ts";

/** Fetches what a run needs that has, or begins with, these events. */
export async function fetchNeeds(events: readonly RunEvent[]) {
  const { Watchers = undefined } = events.some(beginsWatched)
    ? await import("./watchers.ts")
    : {};
  const { ResultReuse = undefined } = events.some(beginsCached)
    ? await import("./resultReuse.ts")
    : {};
  return { Watchers, ResultReuse };
}

/** Whether an event begins a run, or goes on with one, that functions of the notebook's watch. */
function beginsWatched(event: RunEvent): boolean {
  if (!("graph" in event)) return false;
  const { nodes, settings } = event.graph;
  const isWatched = (node: GraphNode) =>
    node.kind === "task" && node.options.functions.includes("onStateChange");
  return settings.watched || nodes.some(isWatched);
}

/** Whether an event begins a run, or goes on with one, in which a task has `cacheFor`. */
function beginsCached(event: RunEvent): boolean {
  if (!("graph" in event)) return false;
  return event.graph.nodes.some(
    (node) => node.kind === "task" && node.options.cacheFor !== undefined,
  );
}
