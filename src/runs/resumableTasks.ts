import type { RunState } from "../core/run.ts";
import { pausedTasks, type Found } from "./waitingRuns.ts";

/** Of the tasks that wait for a person those that just go on: they paused themselves or wait to be started. A gate has to be answered. */
export function resumableTasks(run: RunState): Found[] {
  return pausedTasks(run).filter(({ node: id }) => {
    const node = run.graph.nodes.find((other) => other.id === id);
    return !(node?.kind === "task" && node.operator !== undefined);
  });
}
