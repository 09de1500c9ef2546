import type { NodeId } from "../core/graph.ts";
import type { RunState } from "../core/run.ts";

/** The id of a task of a run that is called so: by its id, its name or its variable. */
export function taskIdOf(run: RunState, task: string): NodeId | undefined {
  if (run.tasks.has(task)) return task;
  return run.graph.nodes.find(
    (node) =>
      node.kind === "task" && (node.name === task || node.task === task),
  )?.id;
}
