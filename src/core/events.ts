import type { ErrorData } from "./errors.ts";
import type { Graph, NodeId } from "./graph.ts";
import type { Ties } from "./ties.ts";

/** A moment: milliseconds since 1970 UTC. */
export type Time = number;

/**
 * The number of a task run in its flow run. A node's own is the node's place in the graph; those of a map's elements come
 * after all nodes, in the order in which the maps were expanded. Replaying the events gives the same numbers.
 */
export type TaskNumber = number;

/**
 * How many runs a mapped task had: a number for one level, for nested maps a list with what is inside each element; null for
 * an element that ended without having been expanded, because its list failed or was skipped.
 */
export type Shape = number | null | readonly Shape[];

/** A result of an earlier run that is taken instead of running a node. */
export interface Reuse {
  node: NodeId;
  /** The run that the result is kept with. */
  run: string;
  /** The key that it is kept under, if that is not the node's own; of a node that is not mapped. */
  key?: string;
  /** When that run started. */
  at?: Time;
  /** The result's approximate size in bytes. */
  size?: number;
  /** What it hangs on; of a mapped node all of its elements. */
  files?: Ties["files"];
  tables?: Ties["tables"];
  /** Of a mapped node. */
  shape?: Shape;
  /** Of a mapped node that is taken in part: which of its innermost runs are, counted as in {@link Keep}; the others run. */
  leaves?: readonly number[];
  /** The innermost runs that were skipped, counted from 0 through all; a node that is not mapped has one. */
  skipped?: readonly number[];
  /** Of a mapped node: the innermost runs, counted from 0 through all, whose results are kept elsewhere. */
  elsewhere?: readonly { leaf: number; run: string; key: string; at?: Time }[];
}

/** What a resumption keeps of a node. */
export interface Keep {
  node: NodeId;
  /** The node's id before the resumption. */
  from: NodeId;
  /** Of a mapped node: which of its innermost runs stay, counted from 0 through all (a map over nothing inside another one counts as one); the others run again. */
  leaves?: readonly number[];
}

/** What a person says about a task that waits for one. */
export type Answer =
  /** Go on: the task starts (again). */
  | { type: "resume" }
  /** The value passes, or the answers of the form are given; the driver knows them. */
  | { type: "approve" }
  | { type: "decline"; message?: string };

/** Where a trigger that is a function leaves its task, if not to start: it said no, or called a signal. */
export interface TriggerEnd {
  state: "Skipped" | "Failed" | "TriggerFailed" | "Paused";
  message: string;
}

/**
 * What happened in a flow run, in the past tense. The list of a run's events is the run: its states, its history and its
 * resumption are replays of that list. Time and chance (`seed`) enter only here.
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
      /** Nodes whose result is taken from an earlier run; they become Cached. */
      reused: readonly Reuse[];
      /** Nodes that this run leaves out (`to`): they stay Pending and the run does not wait for them. */
      excluded: readonly NodeId[];
      /** Decides what chance decides: how much a retry's wait is spread. */
      seed?: number;
      /** When the run was due, if a schedule started it. */
      scheduledAt?: Time;
    }
  | {
      /** The run goes on, perhaps with another graph: what is kept or left stays, all else is Pending again. */
      type: "run-resumed";
      at: Time;
      graph: Graph;
      keys: Readonly<Record<NodeId, string>>;
      parameters: Readonly<Record<string, unknown>>;
      kept: readonly Keep[];
      /** Nodes that stay as they ended, whatever that was, though they would run again: `keys` has the keys that they ran with. One that is new is left out. */
      left?: readonly NodeId[];
    }
  | {
      /** The lists that a level of a map goes over are known, and are so long. */
      type: "task-mapped";
      at: Time;
      task: TaskNumber;
      count: number;
      /** For each element the task run that it comes from, if that is another for each (a flattened map). */
      sources?: readonly TaskNumber[];
    }
  | {
      /** The lists of a map are none, or not equally long. */
      type: "task-unmappable";
      at: Time;
      task: TaskNumber;
      error: ErrorData;
    }
  | {
      /** What a trigger that is a function says. */
      type: "trigger-answered";
      at: Time;
      task: TaskNumber;
      /** Undefined: the task starts. */
      end: TriggerEnd | undefined;
    }
  | { type: "attempt-started"; at: Time; task: TaskNumber; attempt: number }
  | {
      /** What a `name` that is a function says of this run. */
      type: "attempt-named";
      at: Time;
      task: TaskNumber;
      attempt: number;
      name: string;
    }
  | {
      /** The task's function returned; its rows and its result are not on disk yet. */
      type: "attempt-returned";
      at: Time;
      task: TaskNumber;
      attempt: number;
    }
  | {
      /** Rows, result and this event are on disk, in one transaction. `size` is the result's approximate size in bytes. */
      type: "attempt-committed";
      at: Time;
      task: TaskNumber;
      attempt: number;
      size: number;
      /** The attachments that the attempt read, and the tables that it changed; missing for none. */
      files?: Ties["files"];
      tables?: Ties["tables"];
    }
  | {
      /**
       * First attempts of several tasks that started, returned and were committed together. One of many events in one:
       * small tasks end faster than they could be told of one by one.
       */
      type: "attempts-committed";
      at: Time;
      tasks: readonly TaskNumber[] | Int32Array;
      startedAt: readonly Time[] | Float64Array;
      endedAt: readonly Time[] | Float64Array;
      sizes: readonly number[] | Float64Array;
      /** What a `name` that is a function says of each, empty for none; missing if none has one. */
      names?: readonly string[];
    }
  | {
      /** An earlier result with the same cache key still holds. */
      type: "attempt-reused";
      at: Time;
      task: TaskNumber;
      attempt: number;
      /** The run that the result is kept with, under which key, and when that run started. */
      run: string;
      key: string;
      runAt?: Time;
      size?: number;
      files?: Ties["files"];
      tables?: Ties["tables"];
      /** Why it was reused, for people. */
      why?: string;
    }
  | {
      type: "attempt-failed";
      at: Time;
      task: TaskNumber;
      attempt: number;
      error: ErrorData;
      /** What the task's `retryIf` says, or its retry signal: always (after that long), never (and what it threw), or as `retries` has it. */
      retry?:
        { type: "always"; after?: number } | { type: "never"; why?: string };
    }
  | {
      /** The task ended itself as Skipped; nothing of what it wrote is kept. */
      type: "attempt-skipped";
      at: Time;
      task: TaskNumber;
      attempt: number;
      message: string | undefined;
    }
  | {
      /** The task waits for a person. With `until`, it gives up then. */
      type: "attempt-paused";
      at: Time;
      task: TaskNumber;
      attempt: number;
      message: string | undefined;
      until?: Time;
    }
  | {
      type: "pause-answered";
      at: Time;
      task: TaskNumber;
      answer: Answer;
    }
  | {
      /** The worker died. Of no consequence while the attempt is being committed: the commit's outcome decides. */
      type: "attempt-crashed";
      at: Time;
      task: TaskNumber;
      attempt: number;
      message: string;
    }
  | {
      type: "timer-fired";
      at: Time;
      /** -1 for timers of the run. */
      task: TaskNumber;
      /** As in the set-timer command: for a retry, the attempt that failed. */
      attempt: number;
      timer: Timer;
    }
  | {
      /** A person gave the task a result; it is on disk. Only while no engine works on the task. */
      type: "task-marked";
      at: Time;
      task: TaskNumber;
      size: number;
      /** The key under which the result is kept with this run; missing: that of the task run before. */
      key?: string;
    }
  | {
      type: "cancel-requested";
      at: Time;
      /** Only this task or sub-flow; missing: the whole run. */
      task?: TaskNumber;
      message?: string;
    }
  | {
      /** Written when the notebook is opened and finds a run that no engine is working on any more. */
      type: "run-interrupted";
      at: Time;
    };

/** What a timer is for: the next attempt, the end of one, the end of a pause, the end of the run, or a place under a rate limit. */
export type Timer = "retry" | "timeout" | "pause" | "run" | "limit";

/** What the scheduler wants done, in the imperative. */
export type Command =
  | {
      type: "start-attempt";
      task: TaskNumber;
      attempt: number;
      /** The fallback is wanted instead of the task's function. */
      fallback?: true;
      /** A person resumed the task after a pause. */
      resumed?: true;
    }
  | { type: "commit-attempt"; task: TaskNumber; attempt: number }
  | {
      /** Asks for a task-mapped or task-unmappable event. */
      type: "map-task";
      task: TaskNumber;
      attempt: 0;
    }
  | {
      /** Asks for a trigger-answered event. */
      type: "ask-trigger";
      task: TaskNumber;
      attempt: 0;
    }
  | {
      /** Ends the worker, and takes back what the attempt wrote; an attempt that has not started yet never starts. */
      type: "stop-attempt";
      task: TaskNumber;
      attempt: number;
    }
  | {
      /** Asks for a timer-fired event. Timers are never taken back: one that no longer matters is ignored when it fires. */
      type: "set-timer";
      task: TaskNumber;
      attempt: number;
      timer: Timer;
      at: Time;
    };
