import type { RunEvent, TaskNumber, Time } from "./events.ts";

/** A stretch of a run in which it only waited for a person: for an answer, or to be resumed. */
export interface Rest {
  from: Time;
  to: Time;
}

/** The rests of a run, in order; none of them overlap. */
export function restsOf(events: readonly RunEvent[]): Rest[] {
  // Most runs have none, and may have a million attempts.
  if (!events.some(({ type }) => endsRest.has(type))) return [];
  const rests: Rest[] = [];
  /** Task runs of which an attempt is going on. */
  const open = new Set<TaskNumber>();
  let end = events[0]?.at ?? 0;
  for (const event of events) {
    const { type, at } = event;
    // With its engine gone, and until it is resumed, nothing of a run goes on.
    if (type === "run-resumed" || type === "run-interrupted") open.clear();
    const isRested = endsRest.has(type) && open.size === 0;
    if (isRested && at > end) rests.push({ from: end, to: at });
    end = Math.max(end, at);
    note(event, open);
  }
  return rests;
}

/** What follows when somebody does something, however long nobody did. */
const endsRest: ReadonlySet<RunEvent["type"]> = new Set<RunEvent["type"]>([
  "run-resumed",
  "run-interrupted",
  "pause-answered",
  "task-marked",
]);

/** Takes note of attempts that begin and end. */
function note(event: RunEvent, open: Set<TaskNumber>): void {
  switch (event.type) {
    case "attempt-started":
      open.add(event.task);
      break;
    case "attempt-committed":
    case "attempt-reused":
    case "attempt-failed":
    case "attempt-skipped":
    case "attempt-paused":
    case "attempt-crashed":
      open.delete(event.task);
      break;
    case "attempts-committed":
      for (const task of event.tasks) open.delete(task);
      break;
    case "timer-fired":
      if (event.timer === "timeout") open.delete(event.task);
      break;
    case "cancel-requested":
      if (event.task === undefined) open.clear();
      else open.delete(event.task);
      break;
    default:
  }
}
