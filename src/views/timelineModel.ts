import type { Time } from "../core/events.ts";
import type { Rest } from "../core/rests.ts";
import type { State } from "../core/state.ts";
import { formatDuration } from "./duration.ts";
import { stateLabel } from "./states.ts";

/** A stretch of time in which something went on. */
export interface TimelineAttempt {
  startedAt: Time;
  endedAt: Time | undefined;
  state: State;
  /** Which attempt of the task it is. */
  number?: number | undefined;
  /** What it stands for, if it is not one attempt of the task. */
  label?: string;
}

/** A task with all its attempts, in order. */
export interface TimelineTask {
  id: string;
  name: string;
  attempts: readonly TimelineAttempt[];
  /** Of a mapped task, whose attempts are those of all elements in one lane: how these are doing. */
  elements?: string;
}

export interface TimelineModel {
  /** When the run began: what all times on show are counted from. */
  startedAt: Time;
  tasks: readonly TimelineTask[];
  now: Time;
  /** The time that is looked at, while it is another one than now. */
  moment?: Time | undefined;
  /** Stretches in which nothing went on, in order. */
  rests?: readonly Rest[];
}

/** A row of the table that says what the timeline shows. */
export interface TimelineRow {
  id: string;
  name: string;
  /** Which attempt, or what it is if it is none; empty for a mapped task, which has a row for all of its elements. */
  attempt: string;
  state: string;
  /** Since the run began. */
  start: string;
  duration: string;
}

/** The timeline as rows of a table, one for each attempt, in the order in which they started. */
export function timelineRows({
  startedAt: first,
  tasks,
  now,
}: TimelineModel): TimelineRow[] {
  const entries = tasks
    .flatMap((task) =>
      task.elements === undefined
        ? task.attempts.map((attempt) => ({
            task,
            attempt: attempt.label ?? String(attempt.number),
            state: stateLabel(attempt.state),
            startedAt: attempt.startedAt,
            endedAt: attempt.endedAt ?? now,
          }))
        : {
            task,
            attempt: "",
            state: task.elements,
            startedAt: task.attempts.reduce(
              (first, one) => Math.min(first, one.startedAt),
              Infinity,
            ),
            endedAt: task.attempts.reduce(
              (last, one) => Math.max(last, one.endedAt ?? now),
              -Infinity,
            ),
          },
    )
    .filter(({ startedAt }) => Number.isFinite(startedAt))
    .sort((a, b) => a.startedAt - b.startedAt);
  return entries.map(({ task, attempt, state, startedAt, endedAt }) => ({
    id: task.id,
    name: task.name,
    attempt,
    state,
    start: formatDuration(startedAt - first),
    duration: formatDuration(endedAt - startedAt),
  }));
}
