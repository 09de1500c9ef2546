import type { Time } from "../core/events.ts";
import type { GraphNode } from "../core/graph.ts";
import type { PlanItem } from "../core/plan.ts";
import type { Rest } from "../core/rests.ts";
import type { RunState, TaskRun } from "../core/run.ts";
import { isSuccessful } from "../core/state.ts";
import { Passage } from "../views/passage.ts";

interface Span {
  from: Time;
  to: Time;
}

/**
 * How long, in milliseconds, something was going on of what a plan runs when that went well last; undefined if some of it never
 * did. What goes on side by side counts once, and what waits for people not at all.
 *
 * `runs` are those of the flow, the newest first, and `restsOf` gives the rests of one of them.
 */
export function timeOfPlan(
  plan: readonly PlanItem[],
  runs: readonly RunState[],
  restsOf: (run: string) => readonly Rest[],
): number | undefined {
  const sought = new Set(
    plan.filter(({ action }) => action === "run").map(({ id }) => id),
  );
  let time = 0;
  for (const run of runs) {
    if (sought.size === 0) break;
    const nodes = new Map(run.graph.nodes.map((node) => [node.id, node]));
    const spans = [...sought].flatMap((id) => {
      const found = spansOf(run, nodes.get(id));
      if (found) sought.delete(id);
      return found ?? [];
    });
    if (spans.length > 0) time += union(spans, run.startedAt, restsOf(run.run));
  }
  return sought.size === 0 ? time : undefined;
}

/** When a node was at work in a run; undefined if it did not get to its end there. */
function spansOf(
  run: RunState,
  node: GraphNode | undefined,
): readonly Span[] | undefined {
  const task = node && run.tasks.get(node.id);
  if (!task || node.kind !== "task") return undefined;
  // It decides, waits for people, or is a sub-flow, whose tasks are in the plan themselves.
  if (node.operator || task.state === "Skipped") return [];
  if (!isSuccessful(task.state) || task.state === "Cached") return undefined;
  if (!task.children) return spansOfAttempts(task);
  const { startedAt, endedAt } = task;
  return startedAt === undefined || endedAt === undefined
    ? undefined
    : [{ from: startedAt, to: endedAt }];
}

/** Of a task: from attempt to attempt, but for its waits for a person. */
function spansOfAttempts({
  attempts,
  attemptsBefore,
}: TaskRun): readonly Span[] | undefined {
  const last = attempts.filter(({ attempt }) => attempt > attemptsBefore);
  const spans: Span[] = [];
  let isWait = true;
  // What a resumption has kept had all of its attempts before.
  for (const { startedAt, endedAt, state } of last.length > 0
    ? last
    : attempts) {
    if (endedAt === undefined) continue;
    if (isWait) spans.push({ from: startedAt, to: endedAt });
    else spans.at(-1)!.to = endedAt;
    isWait = state === "Paused";
  }
  return spans.length > 0 ? spans : undefined;
}

function union(
  spans: readonly Span[],
  start: Time,
  rests: readonly Rest[],
): number {
  const end = spans.reduce((last, { to }) => Math.max(last, to), start);
  const passage = new Passage(start, end, rests);
  let time = 0;
  let until = 0;
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const worked = passage.workedAt(to);
    if (worked <= until) continue;
    time += worked - Math.max(until, passage.workedAt(from));
    until = worked;
  }
  return time;
}
