/** Which of a run's tasks that wait for a person is meant on the command line. */
import { elementName } from "../core/schedulerState.ts";
import { FlowError } from "../core/errors.ts";
import type { TaskNode } from "../core/graph.ts";
import type { RunState } from "../core/run.ts";
import { isFinal } from "../core/state.ts";
import { listNames } from "../core/words.ts";
import { pausedTasks, type Found } from "../runs/waitingRuns.ts";

/** A task that waits, and its node in the graph. */
interface Waiting {
  task: number;
  node: TaskNode;
}

/** What a task that waits is called: `check-1`, or `check-1[0][2]` for an element of a map. */
export function nameOfWaiting({ node, path }: Found): string {
  return elementName(node, path);
}

/**
 * The task of a run that waits and is called so, by its id, its name or its variable: `check`, or `check[0][2]` for an element of
 * a map, which without its places is the first that waits.
 */
export function findWaiting(
  run: RunState | undefined,
  called: string,
): Waiting {
  const waiting = run && !isFinal(run.state) ? pausedTasks(run) : [];
  for (const found of waiting) {
    const node = run!.graph.nodes.find(({ id }) => id === found.node);
    if (node?.kind !== "task") continue;
    const names = [node.id, node.name, node.task];
    const isCalled = (name: string | undefined) =>
      name !== undefined &&
      [name, elementName(name, found.path)].includes(called);
    if (names.some(isCalled)) return { task: found.task, node };
  }
  throw new FlowError(
    "unknown-task",
    waiting.length === 0
      ? "No task waits for an answer."
      : `${called} waits for no answer. Waiting: ${listNames(waiting.map(nameOfWaiting), 20)}.`,
  );
}
