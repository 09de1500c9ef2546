import type { NodeId, TaskNode } from "../core/graph.ts";
import type { RunState, TaskRun } from "../core/run.ts";
import { isFinal } from "../core/state.ts";
import { nodeNames } from "../pictures/nodeNames.ts";
import * as words from "./words/run.ts";
import { formatNumber } from "./words/language.ts";

/** A task that waits for a person: of a mapped one, all elements that do. */
export interface WaitingTask {
  run: string;
  flow: string;
  node: NodeId;
  name: string;
  /** How many wait. */
  count: number;
  /** The first element that waits, by its index; undefined if the task is not mapped. */
  element: number | undefined;
  kind: WaitKind;
}

/** What is wanted of the person: a yes, answers to a form, or only the word to go on. */
export type WaitKind = "approve" | "ask" | "start" | "resume";

/** All that waits for a person, of the newest run first. */
export function waitingTasks(runs: readonly RunState[]): WaitingTask[] {
  return runs.flatMap((run) => (isFinal(run.state) ? [] : waitingOf(run)));
}

function waitingOf(run: RunState): WaitingTask[] {
  const found: WaitingTask[] = [];
  for (const node of run.graph.nodes) {
    const task = run.tasks.get(node.id);
    if (node.kind !== "task" || !task) continue;
    const count =
      task.children?.counts.Paused ?? (task.state === "Paused" ? 1 : 0);
    if (count === 0) continue;
    found.push({
      run: run.run,
      flow: run.flow,
      node: node.id,
      name: nodeNames(run.graph).get(node.id) ?? node.name,
      count,
      element: firstPaused(task),
      kind: waitKind(node),
    });
  }
  return found;
}

function firstPaused({ children }: TaskRun): number | undefined {
  if (!children) return undefined;
  for (let at = 0; at < children.count; at += 1)
    if (children.stateOf(at) === "Paused") return at;
  return undefined;
}

/** What a task that is Paused wants of a person. */
export function waitKind({ operator, options }: TaskNode): WaitKind {
  if (operator?.type === "approve" || operator?.type === "ask")
    return operator.type;
  return options.trigger.type === "manualOnly" ? "start" : "resume";
}

/** `A task waits for you`, `3 tasks wait for you`. */
export function waitingWords(waiting: readonly WaitingTask[]): string {
  const count = waiting.reduce((sum, one) => sum + one.count, 0);
  return count === 1 ? words.taskWaiting : words.tasksWaiting(count);
}

/** What one of them wants, in a few words. */
export function waitWords({ kind, name, count }: WaitingTask): string {
  const what = count > 1 ? `${name} (${formatNumber(count)})` : name;
  switch (kind) {
    case "approve":
      return words.approve(what);
    case "ask":
      return words.answer(what);
    case "start":
      return words.startTask(what);
    case "resume":
      return words.resumeTask(what);
  }
}
