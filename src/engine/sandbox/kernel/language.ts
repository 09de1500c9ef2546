import { FlowError } from "../../../core/errors.ts";
import { showValue } from "../../../core/words.ts";
import type { AttemptContext, LogLevel } from "../../protocol.ts";
import { makeConsole } from "./cellConsole.ts";
import { makeArtifacts } from "./artifacts.ts";
import { type Current, refuseWhileDrawing } from "./current.ts";
import { makeDatabase } from "./database.ts";
import { drawChoose, drawMerge, drawWhen } from "./branches.ts";
import { flatten } from "./flatten.ts";
import { addParam, defineFlow } from "./flow.ts";
import { makeMarkupTag } from "./markup.ts";
import { fetchAllowed } from "./network.ts";
import { exponentialBackoff } from "./nodeOptions.ts";
import { makeTable } from "./outputs.ts";
import { drawApprove, drawAsk } from "./people.ts";
import { show } from "./pictures.ts";
import { toOptions } from "./readerOptions.ts";
import { makeReaders } from "./readers.ts";
import { refOf } from "./refs.ts";
import { defineResource } from "./resources.ts";
import { makeSchedules } from "./schedules.ts";
import { makeSignals } from "./signals.ts";
import { makeStreams } from "./streams.ts";
import { defineTask } from "./task.ts";
import { makeTaskLibrary } from "./taskLibrary.ts";
import { makeTriggers } from "./triggers.ts";
import { makeUnmapped } from "./unmapped.ts";
import { makeWriters } from "./writers.ts";

/** The names of the language that are libraries of their own, loaded when they are first used. */
export const libraryNames = ["Plot", "d3"];

/** The language: every value that a cell may use without an import. */
export function makeLanguage(current: Current): Record<string, unknown> {
  const log = (level: LogLevel, values: readonly unknown[]) => {
    if (isHeard(current)) current.job?.log(level, values);
  };
  return {
    task: (fn: unknown, options?: unknown) => defineTask(current, fn, options),
    flow: (name: unknown, body: unknown, options?: unknown) =>
      defineFlow(current, name, body, options),
    param: (name: unknown, spec?: unknown) => addParam(current, name, spec),
    exponentialBackoff,
    triggers: makeTriggers(),
    ...makeSchedules(),
    ...makeSignals(current),
    unmapped: makeUnmapped,
    flatten: (lists: unknown) => flatten(current, lists),
    when: (condition: unknown, then: unknown, otherwise?: unknown) =>
      drawWhen(current, condition, then, otherwise),
    choose: (value: unknown, branches: unknown, options?: unknown) =>
      drawChoose(current, value, branches, options),
    merge: (...refs: unknown[]) => drawMerge(current, refs),
    approve: (value: unknown, message: unknown, options?: unknown) =>
      drawApprove(current, value, message, options),
    ask: (message: unknown, form: unknown, options?: unknown) =>
      drawAsk(current, message, form, options),
    resource: (setup: unknown, cleanup: unknown, options?: unknown) =>
      defineResource(current, setup, cleanup, options),
    log: (...values: unknown[]) => log("info", values),
    progress: (done: unknown, total?: unknown, label?: unknown) =>
      reportProgress(current, done, total, label),
    context: makeContext(current),
    display: (value: unknown, options?: unknown) =>
      display(current, value, options),
    table: (source: unknown, options?: unknown) => makeTable(source, options),
    html: makeMarkupTag("html"),
    svg: makeMarkupTag("svg"),
    md: makeMarkupTag("markdown"),
    ...makeDatabase(current),
    ...makeReaders(current),
    ...makeStreams(current),
    ...makeWriters(current),
    ...makeTaskLibrary(current),
    ...makeArtifacts(current, (value, options) => {
      display(current, value, options);
    }),
  };
}

/** What cells find in place of the worker's own functions. */
export function makeReplacements(current: Current): Record<string, unknown> {
  return {
    console: makeConsole((level, values) => {
      if (isHeard(current)) current.job?.log(level, values);
    }, current.platform.now),
    fetch: (input: unknown, init?: unknown) =>
      fetchAllowed(current, input, init),
    close() {
      throw new Error(
        "close() would end the worker. Return from the task instead.",
      );
    },
  };
}

/** Whether what goes on is what the job is about: a task, or the cell that is viewed, and not a cell that it only needs. */
function isHeard({ job, cell, tracer }: Current): boolean {
  // A task whose flow is drawn anew, to find the options of its call, did not say what that logs.
  if (tracer && job?.kind !== "trace" && job?.kind !== "view") return false;
  return job !== undefined && (!cell || cell.name === job.viewed);
}

function reportProgress(
  current: Current,
  done: unknown,
  total: unknown,
  label: unknown,
): void {
  refuseWhileDrawing(current, "progress(...)");
  if (
    !Number.isFinite(done) ||
    (total !== undefined && !Number.isFinite(total))
  )
    throw new FlowError(
      "invalid-argument",
      `progress takes numbers: progress(30, 200, "pages"), not ${showValue(Number.isFinite(done) ? total : done)}.`,
    );
  if (isHeard(current)) if (current.job) current.job.tellsProgress = true;
  current.job?.progress(
    done as number,
    total as number | undefined,
    label === undefined ? undefined : String(label),
  );
}

const displayOptions = ["key", "title"];

function display(current: Current, value: unknown, options: unknown): unknown {
  // `list.forEach(display)` gives it the place in the list.
  const given = typeof options === "number" ? {} : options;
  const { key, title } = toOptions(given, "display", displayOptions);
  if (refOf(value)?.type === "wire" || current.tracer)
    throw new FlowError(
      "flow-body",
      "There is nothing to display in a flow body: nothing has run yet. Display it in a task that takes the ref.",
    );
  if (refOf(value) || value instanceof Promise)
    throw new FlowError(
      "invalid-argument",
      "This value is not there yet. Await it first: display(await ...).",
    );
  if (isHeard(current) && current.job && current.job.kind !== "trace")
    show(current.job, value, {
      key: key === undefined ? undefined : String(key),
      title: title === undefined ? undefined : String(title),
    });
  return value;
}

/** `context`: about the attempt that is going on. A task that a view cell calls finds a context of its own. */
function makeContext(current: Current): object {
  const jobInTask = () => {
    refuseWhileDrawing(current, "context");
    const { job, cell } = current;
    if (job?.kind === "view" ? job.hasCalled : job && !cell) return job!;
    throw new FlowError(
      "invalid-argument",
      "context is about the task run that is going on, so it is there only inside a task, not at the top of a cell.",
    );
  };
  const fallback: AttemptContext = {
    attempt: 1,
    mapIndex: undefined,
    resumed: false,
    loopCount: 1,
    loopResult: undefined,
    taskName: "",
    flowName: "",
    flowRunId: "",
    idempotencyKey: "",
    parameters: {},
    scheduledAt: current.platform.now(),
  };
  const context = {};
  for (const name of Object.keys(fallback) as (keyof AttemptContext)[])
    Object.defineProperty(context, name, {
      enumerable: true,
      get() {
        const value = (jobInTask().context ?? fallback)[name];
        return name === "scheduledAt" ? new Date(value as number) : value;
      },
    });
  Object.defineProperty(context, "signal", {
    enumerable: true,
    get: () => jobInTask().stopping.signal,
  });
  return context;
}
