/**
 * Checks messages that come out of the sandbox. The code there is anybody's: a message is used only if it has exactly the
 * shape of the protocol, and what is passed on is a fresh object with the known fields.
 */
import type { ErrorData } from "../core/errors.ts";
import type { Graph } from "../core/graph.ts";
import { farthest } from "../core/duration.ts";
import { longestList } from "../core/longestList.ts";
import { withoutDirectionMarks } from "../core/words.ts";
import {
  checkGraph,
  hasSchedules,
  sizeOfGraph,
  type ScheduleCheck,
} from "./graphGuard.ts";
import { checkError, checkOutput, cut } from "./outputGuard.ts";
import { isCount, isFields, isText, listOf, type Fields } from "./plainData.ts";
import {
  formatLibraries,
  type FromFrame,
  type FromWorker,
  type LogLevel,
  type LoopState,
  type QuestionAnswer,
  type TraceReport,
} from "./protocol.ts";

const mostTogether = 10_000;
const mostReported = 1000;
/** All graphs of a notebook together, in bytes, about; 50,000 tasks have some 50 MB. */
const largestGraphs = 100_000_000;
const logLevels: readonly string[] = ["debug", "info", "warning", "error"];

const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);

/** Milliseconds from 1970 UTC that a Date can hold; of others it throws when it is shown. */
const isTime = (value: unknown): value is number =>
  isNumber(value) && Math.abs(value) <= farthest;

/** A message of a sandbox frame, or undefined if it is none. */
export function checkFromFrame(message: unknown): FromFrame | undefined {
  if (!isFields(message)) return undefined;
  switch (message.type) {
    case "booted":
      return { type: "booted" };
    case "pong":
      return isCount(message.id) ? { type: "pong", id: message.id } : undefined;
    case "killed":
      return isCount(message.worker)
        ? { type: "killed", worker: message.worker }
        : undefined;
    case "worker-error":
      return isCount(message.worker)
        ? {
            type: "worker-error",
            worker: message.worker,
            message: cut(message.message),
          }
        : undefined;
    default:
      return undefined;
  }
}

/** Whether a message of a task worker can be checked only with `ScheduleCheck`. */
export function needsScheduleCheck(message: unknown): boolean {
  if (!isFields(message) || !isFields(message.report)) return false;
  const graphs = listOf(message.report.graphs, mostReported) ?? [];
  return graphs.some(hasSchedules);
}

/** A message of a task worker, or undefined if it is none. */
export function checkFromWorker(
  message: unknown,
  check?: ScheduleCheck,
): FromWorker | undefined {
  if (!isFields(message)) return undefined;
  if (message.type === "ready") return { type: "ready" };
  const { job } = message;
  if (!isCount(job)) return undefined;
  switch (message.type) {
    case "drawing": {
      const { flow } = message;
      // Without its flow it would be about the whole cell.
      return flow === undefined || isText(flow, 1000)
        ? { type: "drawing", job, cell: cut(message.cell), flow }
        : undefined;
    }
    case "traced": {
      const report = checkTraceReport(message.report, check);
      return report && { type: "traced", job, report };
    }
    case "returned":
      if (isEndless(message.value))
        return { type: "failed", job, error: endlessResult };
      return isNumber(message.took) && message.took >= 0
        ? { type: "returned", job, value: message.value, took: message.took }
        : { type: "returned", job, value: message.value };
    case "returned-all":
      return checkReturnedAll(job, message);
    case "begun":
    case "handed-back":
    case "spoiled":
      return { type: message.type, job };
    case "failed":
      return checkFailed(job, message);
    case "skipped":
    case "paused":
      return {
        type: message.type,
        job,
        message:
          message.message === undefined ? undefined : cut(message.message),
      };
    case "named":
      return typeof message.name === "string"
        ? { type: "named", job, name: cutName(message.name) }
        : undefined;
    case "answered": {
      const answer = checkAnswer(message.answer);
      return answer && { type: "answered", job, answer };
    }
    case "watched":
      return { type: "watched", job };
    case "viewed": {
      const outputs = Array.isArray(message.outputs) ? message.outputs : [];
      return {
        type: "viewed",
        job,
        // Not by slice and map: those make what the list's own "constructor" says.
        outputs: Array.from(
          { length: Math.min(outputs.length, 100) },
          (_, at) => checkOutput(outputs[at]),
        ),
      };
    }
    case "log":
      return {
        type: "log",
        job,
        level: logLevels.includes(message.level as string)
          ? (message.level as LogLevel)
          : "info",
        text: cut(message.text),
        at: isTime(message.at) ? message.at : 0,
        ...(isNumber(message.change) ? { change: message.change } : {}),
      };
    case "progress":
      return isNumber(message.done)
        ? {
            type: "progress",
            job,
            done: message.done,
            total: isNumber(message.total) ? message.total : undefined,
            label: isText(message.label, 1000) ? message.label : undefined,
          }
        : undefined;
    case "display":
      return {
        type: "display",
        job,
        key: isText(message.key, 1000) ? message.key : undefined,
        output: checkOutput(message.output),
      };
    case "open-database":
      return { type: "open-database", job };
    case "read-file":
      return isCount(message.call) && isText(message.name, 1000)
        ? { type: "read-file", job, call: message.call, name: message.name }
        : undefined;
    case "load-library": {
      const name = formatLibraries.find((known) => known === message.name);
      return name && isCount(message.call)
        ? { type: "load-library", job, call: message.call, name }
        : undefined;
    }
    default:
      return undefined;
  }
}

const isEndless = (value: unknown): boolean =>
  Array.isArray(value) && value.length > longestList;
const endlessResult: ErrorData = {
  code: "cannot-copy",
  name: "FlowError",
  message: `The result is a list of more than ${longestList.toLocaleString("en")} elements. Return less of it, or load its rows into a table.`,
};

function checkReturnedAll(
  job: number,
  { startedAt, endedAt, took, ...fields }: Fields,
): FromWorker | undefined {
  const values = listOf(fields.values, mostTogether);
  if (!values || values.length === 0 || values.some(isEndless))
    return undefined;
  const isTimes = (times: unknown): times is Float64Array =>
    times instanceof Float64Array &&
    times.length === values.length &&
    times.every(isTime);
  if (!isTimes(startedAt) || !isTimes(endedAt) || !isNumber(took) || took < 0)
    return undefined;
  const message: FromWorker & { type: "returned-all" } = {
    type: "returned-all",
    job,
    values,
    startedAt: new Float64Array(startedAt),
    endedAt: new Float64Array(endedAt),
    took,
  };
  if (fields.names === undefined) return message;
  const names = listOf(fields.names, values.length);
  const isName = (name: unknown) => typeof name === "string";
  if (names?.length !== values.length || !names.every(isName)) return undefined;
  return { ...message, names: names.map(cutName) };
}

function cutName(name: string): string {
  return withoutDirectionMarks(name.slice(0, 1000));
}

function checkFailed(
  job: number,
  message: Fields,
): FromWorker & { type: "failed" } {
  const failed: FromWorker & { type: "failed" } = {
    type: "failed",
    job,
    error: checkError(message.error),
  };
  const retry = checkRetry(message.retry);
  if (retry) failed.retry = retry;
  const loop = checkLoop(message.loop);
  if (loop) failed.loop = loop;
  return failed;
}

function checkRetry(
  value: unknown,
): (FromWorker & { type: "failed" })["retry"] {
  if (!isFields(value)) return undefined;
  if (value.type === "never")
    return typeof value.why === "string"
      ? { type: "never", why: value.why.slice(0, 1000) }
      : { type: "never" };
  if (value.type !== "always") return undefined;
  return isNumber(value.after) &&
    value.after >= 0 &&
    value.after <= Number.MAX_SAFE_INTEGER
    ? { type: "always", after: value.after }
    : { type: "always" };
}

function checkLoop(value: unknown): LoopState | undefined {
  return isFields(value) && isCount(value.count) && value.count > 0
    ? { count: value.count, result: value.result }
    : undefined;
}

function checkAnswer(value: unknown): QuestionAnswer | undefined {
  if (!isFields(value)) return undefined;
  switch (value.type) {
    case "start":
      return { type: "start" };
    case "cache-key":
      return { type: "cache-key", value: value.value };
    case "end":
      return value.state === "Skipped" ||
        value.state === "Failed" ||
        value.state === "TriggerFailed" ||
        value.state === "Paused"
        ? { type: "end", state: value.state, message: cut(value.message) }
        : undefined;
    default:
      return undefined;
  }
}

function checkTraceReport(
  value: unknown,
  check: ScheduleCheck | undefined,
): TraceReport | undefined {
  if (!isFields(value)) return undefined;
  const given = listOf(value.graphs, mostReported);
  const errors = listOf(value.errors, mostReported);
  if (!given || !errors) return undefined;
  const checked: TraceReport["errors"][number][] = errors
    .filter(isFields)
    .map((entry) => ({
      cell: cut(entry.cell),
      flow: isText(entry.flow, 1000) ? entry.flow : undefined,
      error: checkError(entry.error),
    }));
  const graphs: Graph[] = [];
  let left = largestGraphs;
  for (const one of given) {
    left -= sizeOfGraph(one);
    if (left < 0) {
      checked.push({ cell: "", ...tooLarge(one) });
      continue;
    }
    const graph = checkGraph(one, check);
    if (!graph) return undefined;
    graphs.push(graph);
  }
  return { graphs, errors: checked };
}

function tooLarge(graph: unknown): {
  flow: string | undefined;
  error: ErrorData;
} {
  const { flow } = isFields(graph) ? graph : {};
  return {
    flow: isText(flow, 1000) ? flow : undefined,
    error: {
      code: "flow-body",
      name: "FlowError",
      message:
        "The graph of this flow is too large to be drawn: it has too many tasks, or values in it are too large. Make large values in a task, and map over them.",
    },
  };
}
