/** What the coordinator of a run and its workers say to each other: jobs and their returns through the queue, the rest published. */
import type { ErrorData } from "../../core/errors.ts";
import type { RetryWish } from "../../engine/executor.ts";
import type {
  AttemptId,
  DataCall,
  LogLevel,
  LoopState,
  Output,
  RunJob,
} from "../../engine/protocol.ts";
import type { Program } from "../../notebook/compile/program.ts";
import { prefix } from "./connection.ts";
import type { Payload } from "./payload.ts";

/** Attempts that a job begins with, or is given later: one, or several that take next to no time. */
export interface Batch {
  /** A list of {@link QueuedAttempt}. */
  attempts: Payload;
  /** When they are over, the worker waits a moment for more: nothing else was there that it could have taken meanwhile. */
  mayGrow?: true;
}

/** A job of the queue. */
export interface JobData extends Batch {
  /** The version of the Flowbook that made it. */
  flowbook: string;
  run: string;
  /** The drive of the run that it belongs to: a run that was resumed has another. */
  drive: string;
  /** The notebook's program, by its hash, and the hash of the text of the {@link Setup} that has it. */
  program: string;
  setup: string;
  /** The run was given no store, so nothing is put into that of a worker either: nobody would read or remove it. */
  hasNoStore?: true;
}

/** An attempt that a worker is to make. */
export interface QueuedAttempt {
  attempt: AttemptId;
  name: string;
  isPlain: boolean;
  job: RunJob;
}

/** By which the attempt at a place of a job is known. */
export function partId(job: string, at: number): string {
  return `${job}/${at}`;
}

/** The inverse of {@link partId}. */
export function readPartId(id: string): { job: string; at: number } {
  const slash = id.lastIndexOf("/");
  return { job: id.slice(0, slash), at: Number(id.slice(slash + 1)) };
}

/** What workers need for all jobs of a drive; kept in Redis as long as that goes on. */
export interface Setup {
  program: Program;
  hosts: readonly string[];
}

/** What a job returns of its attempts, from one on and to before another: the coordinator has heard of those before. */
export interface JobReturn {
  from: number;
  to: number;
  /** Lists that give, one after the other, an {@link Outcome} for each attempt; undefined for one that was stopped. */
  outcomes: readonly Payload[];
}

/** How long a worker waits for more attempts of a job, in milliseconds: a commit takes less, and others may need the slot. */
export const waitForMore = 50;

/** What became of an attempt. */
export type Outcome =
  | {
      type: "returned";
      value: unknown;
      /** What the task wrote, to be written with its Success. */
      writes: readonly DataCall[];
      /** Milliseconds: durations travel, times do not, since clocks differ. */
      took: number;
    }
  | {
      type: "failed";
      error: ErrorData;
      retry: RetryWish | undefined;
      loop: LoopState | undefined;
    }
  | { type: "skipped"; message: string | undefined }
  | { type: "paused"; message: string | undefined }
  | { type: "crashed"; message: string }
  /** Its worker was ended in good order before it was over. */
  | { type: "given-back" };

/** What a worker asks the coordinator for, in the middle of an attempt. */
export type Ask =
  | {
      /** Does the last of these calls after the others, gives what it answers, and takes all back. */
      type: "rehearse";
      calls: readonly DataCall[];
    }
  | { type: "read-file"; name: string };

/**
 * On the channel of a drive: what workers tell. What became of jobs can be looked up in the queue as well, but not as quickly;
 * the rest can be done without.
 */
export type ToCoordinator = JobMessage | AttemptMessage;

/** About the job with that id. */
export type JobMessage =
  | ({
      type: "job-returned";
      id: string;
      /** The worker, if the job is not over, as it waits for more. */
      waiting?: string;
    } & JobReturn)
  | { type: "job-failed"; id: string; reason: string };

/** About the attempt with that {@link partId}. */
export type AttemptMessage =
  | { type: "started"; id: string }
  | { type: "named"; id: string; name: string }
  | { type: "log"; id: string; level: LogLevel; text: string; at: number }
  | {
      type: "progress";
      id: string;
      done: number;
      total: number | undefined;
      label: string | undefined;
    }
  | { type: "display"; id: string; key: string | undefined; output: Output }
  /** Earlier than its job, which has others to wait for. */
  | { type: "ended"; id: string; outcome: Payload }
  | { type: "ask"; id: string; worker: string; call: number; ask: Payload };

/** On the channel of a worker. */
export type ToWorker =
  /** An {@link AskAnswer}. */
  | { type: "answer"; call: number; answer: Payload }
  /** For a job that waits; `from` is the place of the first of them in it. */
  | ({ type: "more"; job: string; from: number } & Batch)
  /** A job that waits is given nothing more. */
  | { type: "no-more"; job: string };

export type AskAnswer =
  { ok: true; value: unknown } | { ok: false; error: ErrorData };

/** On the channel that all workers hear. */
export type ToWorkers =
  | { type: "who" }
  | { type: "cancel"; id: string }
  /** Jobs of other drives of this run are of no use any more. */
  | { type: "drive"; run: string; drive: string };

/** On the channel that all coordinators hear: a worker says that it is there. */
export interface Here {
  worker: string;
  slots: number;
}

/** Names in Redis. */
export const names = {
  toWorkers: `${prefix}:to-workers`,
  here: `${prefix}:here`,
  drive: (drive: string) => `${prefix}:drive:${drive}`,
  worker: (worker: string) => `${prefix}:worker:${worker}`,
  /** Which drive of a run is the current one; empty for a run that is over. */
  current: (run: string) => `${prefix}:current:${run}`,
  /** The set of those attempts of a drive that were cancelled. */
  cancelled: (drive: string) => `${prefix}:cancelled:${drive}`,
  /** The {@link Setup} of a drive. */
  setup: (drive: string) => `${prefix}:setup:${drive}`,
};

/** How long Redis keeps what nobody deletes, since its coordinator has vanished, in seconds. */
export const keepFor = 24 * 3600;

/** How often a worker says that it is there, in milliseconds; one that missed three is not counted on. */
export const pulse = 1_000;

/** Why a worker did not make an attempt, where somebody has to tell the reasons apart. */
export const refusals = {
  cancelled: "cancelled",
  superseded: "superseded",
  givenBack: "given back",
  unknownSetup: "unknown setup",
  refused: "refused: ",
  /** What refuses may do it in a moment. */
  failing: "failing: ",
} as const;
