import { countAttempts as attemptsOf, type RunState } from "../../core/run.ts";
import { isFinal } from "../../core/state.ts";
import { formatClock } from "../format.ts";
import * as words from "../words/runs.ts";

/** How a run came about, as far as that can be told: by the clock, as a part of the flow, in several goes. */
export function runOrigin(run: RunState): string[] {
  const said: string[] = [];
  // A person's run is due when it starts; a scheduled one starts a little later than it was due.
  if (run.scheduledAt < run.startedAt)
    said.push(words.scheduled(formatClock(run.scheduledAt)));
  let wasResumed = false;
  let leftOut = 0;
  for (const task of run.tasks.values()) {
    wasResumed ||= task.attemptsBefore > 0 || isFromBefore(task.attempts);
    if (task.state === "Pending") leftOut += 1;
  }
  if (wasResumed) said.push(words.resumed);
  if (leftOut > 0 && isFinal(run.state) && run.state !== "Crashed")
    said.push(words.partial(leftOut));
  return said;
}

function isFromBefore(attempts: readonly { attempt: number }[]): boolean {
  return attempts.length > 0 && attempts[0]!.attempt > 1;
}

/** Above this many elements those of a run that goes on are not counted each time it does. */
const mostCounted = 500;

/** How often the tasks of a run were tried, elements of maps included; undefined while that would take long to count. */
export function countAttempts(run: RunState): number | undefined {
  let count = 0;
  for (const node of run.graph.nodes) {
    const task = run.tasks.get(node.id);
    if (node.kind !== "task" || node.operator || !task) continue;
    const { children } = task;
    if (!children) {
      count += attemptsOf(task);
      continue;
    }
    if (children.count > mostCounted && !isFinal(run.state)) return undefined;
    for (let at = 0; at < children.count; at += 1)
      if (children.stateOf(at) !== "Pending")
        count += attemptsOf(children.run(at));
  }
  return count;
}
