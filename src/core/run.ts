import type { ErrorData } from "./errors.ts";
import type { Time } from "./events.ts";
import type { Graph, NodeId } from "./graph.ts";
import type { State } from "./state.ts";

/** One try of a task run, for the timeline. */
export interface AttemptRecord {
  attempt: number;
  startedAt: Time;
  endedAt: Time | undefined;
  /** The state that the attempt ended in, before any retry. */
  state: State;
  message: string | undefined;
}

/** A task run: one task node in one flow run. */
export interface TaskRun {
  state: State;
  /** The current or last attempt, from 1; 0 before the first. A resumption goes on counting, so a number never means two attempts. */
  attempt: number;
  /** How many of them were before the last resumption: these do not count against the retries. Missing means none. */
  attemptsBefore?: number;
  /** What happened, for people. */
  message: string | undefined;
  error: ErrorData | undefined;
  startedAt: Time | undefined;
  endedAt: Time | undefined;
  /** When the next attempt is due, while Retrying. */
  retryAt: Time | undefined;
  /** True between the return of the function and the end of the commit: nothing stops the task run then. */
  committing: boolean;
  /** The key under which the result is kept, and the run that it is kept with. */
  key: string;
  resultRun: string;
  /** When the run that the result is kept with started, if it is another run. */
  resultRunAt?: Time;
  /** Approximate size of the result in bytes, once it is on disk. */
  size: number | undefined;
  attempts: AttemptRecord[];
}

/** A flow run: what its events add up to. */
export interface RunState {
  run: string;
  flow: string;
  state: State;
  message: string | undefined;
  graph: Graph;
  parameters: Readonly<Record<string, unknown>>;
  startedAt: Time;
  endedAt: Time | undefined;
  cancelRequested: boolean;
  /** By node id; parameter nodes have none. */
  tasks: Map<NodeId, TaskRun>;
}
