import type { RunState, TaskRun } from "../core/run.ts";
import { isFailed, isFinal } from "../core/state.ts";
import { stateLabel } from "../views/states.ts";

/** What is worth saying aloud about what changed in a run. Successes are only counted at the end. */
export function runChanges(
  before: RunState | undefined,
  after: RunState,
): string[] {
  const said: string[] = [];
  const isSame = before?.run === after.run;
  if (!isSame && !isFinal(after.state)) said.push(`${after.flow} is running.`);
  if (isSame && isFinal(before.state) && !isFinal(after.state))
    said.push(`${after.flow} goes on.`);
  if (isSame)
    for (const node of after.graph.nodes) {
      const task = after.tasks.get(node.id);
      const old = before.tasks.get(node.id);
      if (!task || (old?.state === task.state && old.attempt === task.attempt))
        continue;
      const words = taskWords(node.name, task);
      if (words !== undefined) said.push(words);
    }
  if (isSame && !isFinal(before.state) && isFinal(after.state))
    said.push(runEnd(after));
  return said;
}

function taskWords(name: string, task: TaskRun): string | undefined {
  const because = task.message ? `: ${task.message}` : "";
  if (task.state === "Retrying")
    return `${name} will be tried again, attempt ${task.attempt - (task.attemptsBefore ?? 0)} failed${because}`;
  // tasks that only follow a failure would drown it
  if (!isFailed(task.state) || task.state === "TriggerFailed") return undefined;
  return `${name} ${stateLabel(task.state).toLowerCase()}${because}`;
}

function runEnd(run: RunState): string {
  const tasks = [...run.tasks.values()];
  const failed = tasks.filter(({ state }) => isFailed(state)).length;
  const count =
    failed > 0
      ? `${failed} of ${tasks.length} tasks did not succeed`
      : `${tasks.length} ${tasks.length === 1 ? "task" : "tasks"}`;
  return `${run.flow}: ${stateLabel(run.state)}, ${count}.`;
}
