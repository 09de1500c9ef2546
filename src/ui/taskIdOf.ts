import type { NodeId } from "../core/graph.ts";
import type { RunState } from "../core/run.ts";

/** The id of a task of a run that is called so: the one with that id, else the first with that name, else the first of that variable. */
export function taskIdOf(run: RunState, task: string): NodeId | undefined {
  if (run.tasks.has(task)) return task;
  const tasks = run.graph.nodes.filter((node) => node.kind === "task");
  const found =
    tasks.find(({ name }) => name === task) ??
    tasks.find((node) => node.task === task);
  return found?.id;
}
