import type { RunState, TaskRun } from "../core/run.ts";
import { isFailed, isFinal } from "../core/state.ts";
import { stateLabel } from "../views/states.ts";
import { nodeNames } from "../pictures/nodeNames.ts";
import { waitingTasks, waitingWords } from "./waitingTasks.ts";
import * as words from "./words/runSpeaker.ts";

/** What is worth saying aloud about what changed in a run. Successes are only counted at the end. */
export function runChanges(
  before: RunState | undefined,
  after: RunState,
): string[] {
  const said: string[] = [];
  const isSame = before?.run === after.run;
  if (!isSame) {
    if (after.state === "Paused")
      said.push(`${after.flow}: ${waitingWords(waitingTasks([after]))}.`);
    else if (!isFinal(after.state)) said.push(words.flowRuns(after.flow));
    return said;
  }
  if (isFinal(before.state) && !isFinal(after.state))
    said.push(words.flowGoesOn(after.flow));
  const names = nodeNames(after.graph);
  for (const node of after.graph.nodes) {
    const task = after.tasks.get(node.id);
    const old = before.tasks.get(node.id);
    if (!task || task === old) continue;
    said.push(...taskChanges(names.get(node.id) ?? node.name, old, task));
  }
  if (!isFinal(before.state) && isFinal(after.state)) said.push(runEnd(after));
  return said;
}

function taskChanges(
  name: string,
  old: TaskRun | undefined,
  task: TaskRun,
): string[] {
  const because = task.message ? `: ${task.message}` : "";
  const waiting = task.children?.counts.Paused ?? 0;
  const waited = old?.children?.counts.Paused ?? 0;
  if (waiting > waited)
    return [
      waiting === 1
        ? words.elementWaits(name)
        : words.elementsWait({ count: waiting, task: name }),
    ];
  if (old?.state === task.state && old.attempt === task.attempt) return [];
  if (task.state === "Paused") {
    // a gate is called by what it asks
    const message = task.message === name ? "" : (task.message ?? "");
    return [words.taskWaits({ task: name, message })];
  }
  // its message says which attempt failed, and when the next one comes
  if (task.state === "Retrying")
    return [task.message ? `${name}${because}` : words.taskRetries(name)];
  // how the elements of a map ended, if not all succeeded
  if (task.state === "Mapped" && task.message) return [`${name}${because}`];
  // tasks that only follow a failure would drown it
  if (!isFailed(task.state) || task.state === "TriggerFailed") return [];
  return [
    `${words.taskEnded({ task: name, state: stateLabel(task.state) })}${because}`,
  ];
}

function runEnd(run: RunState): string {
  const tasks = [...run.tasks.values()];
  const failed = tasks.filter(({ state }) => isFailed(state)).length;
  const outcome =
    failed > 0
      ? words.tasksFailed({ failed, all: tasks.length })
      : words.taskCount(tasks.length);
  return words.runEnd({
    flow: run.flow,
    state: stateLabel(run.state),
    outcome,
  });
}
