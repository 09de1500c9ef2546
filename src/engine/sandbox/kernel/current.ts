import { FlowError } from "../../../core/errors.ts";
import type { ProgramCell } from "../../../notebook/compile/program.ts";
import type { BuiltIns } from "./builtIns.ts";
import type { Encoders } from "./encoders.ts";
import type { Formats } from "./formats.ts";
import type { Job } from "./job.ts";
import type { Platform } from "./platform.ts";
import type { Tracer } from "./tracer.ts";
import type { World } from "./world.ts";

/**
 * What the worker is doing right now. A worker has one job at a time, so what the language's functions are about
 * (`log`, `context`, whether a call draws or runs) is a plain variable.
 */
export interface Current {
  readonly platform: Platform;
  /** The names of the language. */
  language: Readonly<Record<string, unknown>>;
  job: Job | undefined;
  world: World | undefined;
  /** Set while a flow body is being traced, which is never longer than a synchronous call. */
  tracer: Tracer | undefined;
  /** Set while a cell is being evaluated. */
  cell: ProgramCell | undefined;
  /** Origins that the reader allowed. */
  hosts: readonly string[];
  /** What reads and writes the formats of files. */
  readonly formats: Formats;
  /** What makes records of rows, once a task has loaded some. */
  encoders: Encoders | undefined;
  /** What the jobs have in common besides the cells. */
  readonly builtIns: BuiltIns;
}

/** Something that a cell does while the graph is drawn and that would run something. */
export class NothingRunsYet extends FlowError {
  constructor(what: string) {
    super(
      "cell-failed",
      `${what} is refused while the graph is drawn, because that happens before anything runs. Do it in a task, or in a cell of its own without tasks and flows.`,
    );
  }
}

/** Throws in a flow body, and at the top of a cell while the graph is drawn. */
export function refuseWhileDrawing(current: Current, what: string): void {
  if (current.tracer)
    throw new FlowError(
      "flow-body",
      `${what} cannot be used in a flow body: the body only draws the graph, and nothing has run yet. Do it in a task, and call the task here.`,
    );
  if (current.job?.kind === "trace") throw new NothingRunsYet(what);
}

/** The job that is going on, for something that reaches outside the worker. A cell that does so is evaluated again for the next job. */
export function jobOutside(current: Current, what: string): Job {
  refuseWhileDrawing(current, what);
  if (current.cell) current.world?.markImpure(current.cell);
  if (current.job) return current.job;
  throw new FlowError(
    "invalid-argument",
    `${what} was used outside a run, or after its task had ended. Await everything that a task starts.`,
  );
}
