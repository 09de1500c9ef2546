import type { ErrorData } from "./errors.ts";
import type { Shape, TaskNumber, Time } from "./events.ts";
import type { FilesRead } from "./filesRead.ts";
import type { Graph, NodeId } from "./graph.ts";
import type { State } from "./state.ts";
import type { TablesWritten } from "./tablesWritten.ts";
import type { Ties } from "./ties.ts";

/** One try of a task run, for the timeline. */
export interface AttemptRecord {
  attempt: number;
  startedAt: Time;
  endedAt: Time | undefined;
  /** The state that the attempt ended in, before any retry. */
  state: State;
  message: string | undefined;
}

/** A task run, as it was when it was looked at: one task node in one flow run, or one element of a mapped one. */
export interface TaskRun {
  readonly state: State;
  /** The current or last attempt, from 1; 0 before the first. A resumption goes on counting, so a number never means two attempts. */
  readonly attempt: number;
  /** How many of them were before the last resumption: these do not count against the retries. */
  readonly attemptsBefore: number;
  /** Which of these numbers were given to its fallback, which is no attempt. */
  readonly fallbacks: readonly number[];
  /** What a `name` that is a function says of it. */
  readonly name: string | undefined;
  /** What happened, for people. */
  readonly message: string | undefined;
  readonly error: ErrorData | undefined;
  readonly startedAt: Time | undefined;
  readonly endedAt: Time | undefined;
  /** When the next attempt is due, while Retrying. */
  readonly retryAt: Time | undefined;
  /** When it gives up waiting for a person, or when the timeout of a sub-flow cancels it; undefined for never. */
  readonly until: Time | undefined;
  /** True between the return of the function and the end of the commit: nothing stops the task run then. */
  readonly committing: boolean;
  /** The key under which the result is kept, and the run that it is kept with. */
  readonly key: string;
  readonly resultRun: string;
  /** When the run that the result is kept with started, if it is another run. */
  readonly resultRunAt: Time | undefined;
  /** The attachments that the result was made of; of a mapped task that was reused, those of all elements. */
  readonly files: FilesRead | undefined;
  /** The tables that hold its rows; of such a task as well. */
  readonly tables?: TablesWritten | undefined;
  /** Approximate size of the result in bytes, once it is on disk. */
  readonly size: number | undefined;
  /** Whether the result is that of the fallback, or was given by a person. */
  readonly isFallback: boolean;
  readonly isMarked: boolean;
  /** When that was; a mark is no attempt, and changes no time of one. */
  readonly markedAt?: Time | undefined;
  readonly attempts: readonly AttemptRecord[];
  /** The elements of a mapped task, once it is expanded. */
  readonly children: Children | undefined;
}

/** How many attempts since the last resumption count against the retries: one that waited for a person does not, nor does the fallback. */
export function countTries(
  run: Pick<TaskRun, "attempt" | "attemptsBefore" | "attempts" | "fallbacks">,
): number {
  return count(run, run.attemptsBefore, run.attempt);
}

/** Those above `from` that were neither a fallback nor, up to `paused`, ended as a pause. */
function count(
  { attempt, attempts, fallbacks }: Parameters<typeof countAttempts>[0],
  from: number,
  paused: number,
): number {
  let left = attempt - from;
  for (const one of fallbacks) if (one > from && one <= attempt) left -= 1;
  for (const one of attempts)
    if (
      one.state === "Paused" &&
      one.attempt > from &&
      one.attempt <= paused &&
      !fallbacks.includes(one.attempt)
    )
      left -= 1;
  return left;
}

/**
 * How many attempts there were with this one: which one it is for those who write and read of it. One that waited for a person is
 * the same as that which went on from there, and the fallback goes with the last one before it.
 */
export function countAttempts(
  run: Pick<TaskRun, "attempt" | "attempts" | "fallbacks">,
): number {
  return count(run, 0, run.attempt - 1);
}

/** The elements of a mapped task run; for nested maps the innermost ones, counted through. */
export interface Children {
  readonly shape: Shape;
  readonly count: number;
  /** How many are in each state. */
  readonly counts: Readonly<Partial<Record<State, number>>>;
  stateOf(index: number): State;
  /** Which states occur from one index up to another: a bit for each, by its place in `stateNames`. */
  statesIn(from: number, to: number): number;
  isMarked(index: number): boolean;
  /** What the result of one of them hangs on. */
  ties(index: number): Ties | undefined;
  /** One of them, as it is now. */
  run(index: number): TaskRun;
  /** Its places level by level, outermost first. */
  pathOf(index: number): readonly number[];
  /** The other runs that keep results of some of them. */
  resultRuns(): ReadonlySet<string>;
}

/** A flow run: what its events add up to. */
export interface RunState {
  run: string;
  flow: string;
  state: State;
  message: string | undefined;
  graph: Graph;
  /** The key of each node, by which it is seen whether a result still holds; where the result is kept may be elsewhere. */
  keys: Readonly<Record<NodeId, string>>;
  parameters: Readonly<Record<string, unknown>>;
  startedAt: Time;
  endedAt: Time | undefined;
  /** When its timeout cancels it, if it is not final by then; undefined for never. */
  until: Time | undefined;
  cancelRequested: boolean;
  /** When it was due: the scheduled time, or the time it was started. */
  scheduledAt: Time;
  /** By node id; parameter nodes have none. */
  tasks: ReadonlyMap<NodeId, TaskRun>;
  /** The number of a task run, for events about it: of a node's own, or of an element by its places. */
  numberOf(node: NodeId, path?: readonly number[]): TaskNumber | undefined;
}
