/** Which of a run's tasks that wait for a person is meant on the command line. */
import { elementName } from "../core/schedulerState.ts";
import { FlowError } from "../core/errors.ts";
import type { TaskNode } from "../core/graph.ts";
import type { RunState } from "../core/run.ts";
import { isFailed, isFinal, type State } from "../core/state.ts";
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
 * `task=answer` or `task` as its two sides. Names may have a `=` too, so that of a task that waits is looked for first; the answer
 * is undefined if there is none.
 */
export function splitAnswer(
  run: RunState | undefined,
  text: string,
): [task: string, answer: string | undefined] {
  const names = new Set(waitingOf(run).flatMap((one) => one.names));
  if (names.has(text)) return [text, undefined];
  for (
    let at = text.lastIndexOf("=");
    at > 0;
    at = text.lastIndexOf("=", at - 1)
  )
    if (names.has(text.slice(0, at)))
      return [text.slice(0, at), text.slice(at + 1)];
  const first = text.indexOf("=");
  return first < 0
    ? [text, undefined]
    : [text.slice(0, first), text.slice(first + 1)];
}

/** The tasks of a run that wait, with all that they may be called. */
function waitingOf(
  run: RunState | undefined,
): (Waiting & { found: Found; names: string[] })[] {
  if (!run || isFinal(run.state)) return [];
  return pausedTasks(run).flatMap((found) => {
    const node = run.graph.nodes.find(({ id }) => id === found.node);
    if (node?.kind !== "task") return [];
    const names = [node.id, node.name, node.task].flatMap((name) =>
      name === undefined ? [] : [name, elementName(name, found.path)],
    );
    return { task: found.task, node, found, names };
  });
}

/** The state of the task of a run that is called so; undefined where there is none, or an element is meant. */
function stateOf(run: RunState, called: string): State | undefined {
  const node = run.graph.nodes.find(
    (one) =>
      one.kind === "task" && [one.id, one.name, one.task].includes(called),
  );
  return node && run.tasks.get(node.id)?.state;
}

/**
 * The task of a run that waits and is called so, by its id, its name or its variable: `check`, or `check[0][2]` for an element of
 * a map, which without its places is the first that waits.
 */
export function findWaiting(
  run: RunState | undefined,
  called: string,
): Waiting {
  const waiting = waitingOf(run);
  const found = waiting.find(({ names }) => names.includes(called));
  if (found) return found;
  const state = run && stateOf(run, called);
  if (state) {
    const isAskedAgain = isFinal(run.state) && isFailed(state);
    throw new FlowError(
      "invalid-argument",
      `${called} waits for nobody: it is ${state}.${isAskedAgain ? " --resume asks again." : ""}`,
    );
  }
  throw new FlowError(
    "unknown-task",
    waiting.length === 0
      ? "No task waits for an answer."
      : `${called} waits for no answer. Waiting: ${listNames(
          waiting.map(({ found: one }) => nameOfWaiting(one)),
          20,
        )}.`,
  );
}
