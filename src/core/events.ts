import type { ErrorData } from "./errors.ts";
import type { Graph, NodeId } from "./graph.ts";

/** A moment: milliseconds since 1970 UTC. */
export type Time = number;

/**
 * What happened in a flow run, in the past tense. The list of a run's events is the run: its states, its history and its
 * resumption are replays of that list. Time enters only here.
 */
export type RunEvent =
  | {
      type: "run-started";
      at: Time;
      run: string;
      graph: Graph;
      /** The key of each task node: version, keys of the inputs, parameters. */
      keys: Readonly<Record<NodeId, string>>;
      parameters: Readonly<Record<string, unknown>>;
      /**
       * Nodes whose result is taken from an earlier run, and from which; they become Cached. `at` is when that run started,
       * `size` the result's approximate size in bytes.
       */
      reused: readonly {
        node: NodeId;
        run: string;
        at?: Time;
        size?: number;
      }[];
      /** Nodes that this run leaves out (`to`): they stay Pending and the run does not wait for them. */
      excluded: readonly NodeId[];
    }
  | {
      /** The run goes on, perhaps with another graph: successes named in `kept` stay, all else is Pending again. */
      type: "run-resumed";
      at: Time;
      graph: Graph;
      keys: Readonly<Record<NodeId, string>>;
      parameters: Readonly<Record<string, unknown>>;
      /** `from` is the node's id before the resumption. */
      kept: readonly { node: NodeId; from: NodeId }[];
    }
  | { type: "attempt-started"; at: Time; node: NodeId; attempt: number }
  | {
      /** The task's function returned; its rows and its result are not on disk yet. */
      type: "attempt-returned";
      at: Time;
      node: NodeId;
      attempt: number;
    }
  | {
      /** Rows, result and this event are on disk, in one transaction. `size` is the result's approximate size in bytes. */
      type: "attempt-committed";
      at: Time;
      node: NodeId;
      attempt: number;
      size: number;
    }
  | {
      type: "attempt-failed";
      at: Time;
      node: NodeId;
      attempt: number;
      error: ErrorData;
    }
  | {
      /** The worker died. Of no consequence while the attempt is being committed: the commit's outcome decides. */
      type: "attempt-crashed";
      at: Time;
      node: NodeId;
      attempt: number;
      message: string;
    }
  | {
      type: "timer-fired";
      at: Time;
      node: NodeId;
      /** As in the set-timer command: for a retry, the attempt that failed. */
      attempt: number;
      timer: "retry" | "timeout";
    }
  | { type: "cancel-requested"; at: Time }
  | {
      /** Written when the notebook is opened and finds a run that no engine is working on any more. */
      type: "run-interrupted";
      at: Time;
    };

/** What the scheduler wants done, in the imperative. */
export type Command =
  | { type: "start-attempt"; node: NodeId; attempt: number }
  | { type: "commit-attempt"; node: NodeId; attempt: number }
  | {
      /** Ends the worker, and takes back what the attempt wrote; an attempt that has not started yet never starts. */
      type: "stop-attempt";
      node: NodeId;
      attempt: number;
    }
  | {
      /** Asks for a timer-fired event. Timers are never taken back: one that no longer matters is ignored when it fires. */
      type: "set-timer";
      node: NodeId;
      attempt: number;
      timer: "retry" | "timeout";
      at: Time;
    };
