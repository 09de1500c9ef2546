import type { Time } from "../core/events.ts";
import type { State } from "../core/state.ts";
import { formatDuration } from "./duration.ts";
import { stateLabel } from "./states.ts";

/** A task with all its attempts, in order. */
export interface TimelineTask {
  id: string;
  name: string;
  attempts: readonly {
    startedAt: Time;
    endedAt: Time | undefined;
    state: State;
  }[];
}

export interface TimelineModel {
  tasks: readonly TimelineTask[];
  now: Time;
}

/** A row of the table that says what the timeline shows. */
export interface TimelineRow {
  id: string;
  name: string;
  attempt: number;
  state: string;
  /** Since the first attempt of all began. */
  start: string;
  duration: string;
}

/** The timeline as rows of a table, one for each attempt, in the order in which they started. */
export function timelineRows(model: TimelineModel): TimelineRow[] {
  const attempts = model.tasks
    .flatMap((task) =>
      task.attempts.map((attempt, i) => ({ task, attempt, number: i + 1 })),
    )
    .sort((a, b) => a.attempt.startedAt - b.attempt.startedAt);
  const first = attempts[0]?.attempt.startedAt ?? 0;
  return attempts.map(({ task, attempt, number }) => ({
    id: task.id,
    name: task.name,
    attempt: number,
    state: stateLabel(attempt.state),
    start: formatDuration(attempt.startedAt - first),
    duration: formatDuration(
      (attempt.endedAt ?? model.now) - attempt.startedAt,
    ),
  }));
}
