/**
 * Checks messages that come out of the sandbox. The code there is anybody's: a message is used only if it has exactly the
 * shape of the protocol, and what is passed on is a fresh object with the known fields.
 */
import { errorCodes, type ErrorCode, type ErrorData } from "../core/errors.ts";
import type { Graph, GraphNode, Template } from "../core/graph.ts";
import type {
  FromFrame,
  FromWorker,
  LogLevel,
  Output,
  TraceReport,
} from "./protocol.ts";

type Fields = Record<string, unknown>;

const longestText = 20_000;
const logLevels: readonly string[] = ["debug", "info", "warning", "error"];

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;
const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);
const isText = (value: unknown, longest = longestText): value is string =>
  typeof value === "string" && value.length <= longest;

function cut(value: unknown): string {
  const text = typeof value === "string" ? value : "";
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`;
}

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

/** A message of a task worker, or undefined if it is none. */
export function checkFromWorker(message: unknown): FromWorker | undefined {
  if (!isFields(message)) return undefined;
  if (message.type === "ready" || message.type === "loaded")
    return { type: message.type };
  const { job } = message;
  if (!isCount(job)) return undefined;
  switch (message.type) {
    case "traced": {
      const report = checkTraceReport(message.report);
      return report && { type: "traced", job, report };
    }
    case "returned":
      return { type: "returned", job, value: message.value };
    case "failed":
      return { type: "failed", job, error: checkError(message.error) };
    case "viewed": {
      const outputs = Array.isArray(message.outputs) ? message.outputs : [];
      return {
        type: "viewed",
        job,
        outputs: outputs.slice(0, 100).map(checkOutput),
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
        at: isNumber(message.at) ? message.at : 0,
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
    default:
      return undefined;
  }
}

/** An error of the sandbox, with only the fields that errors have. */
export function checkError(value: unknown): ErrorData {
  const fields = isFields(value) ? value : {};
  const error: ErrorData = {
    name: isText(fields.name, 200) ? fields.name : "Error",
    message: cut(fields.message),
  };
  if (errorCodes.includes(fields.code as ErrorCode))
    error.code = fields.code as ErrorCode;
  if (isText(fields.stack)) error.stack = fields.stack;
  const place = fields.place;
  if (
    isFields(place) &&
    isText(place.cell, 1000) &&
    isCount(place.line) &&
    isCount(place.column)
  )
    error.place = { cell: place.cell, line: place.line, column: place.column };
  return error;
}

/** Something to look at; what is no output is shown as an error rather than dropped. */
export function checkOutput(value: unknown): Output {
  const output = isFields(value) ? value : {};
  const title = isText(output.title, 1000) ? { title: output.title } : {};
  switch (output.type) {
    case "table":
      if (
        Array.isArray(output.columns) &&
        output.columns.every((column) => isText(column)) &&
        Array.isArray(output.rows) &&
        output.rows.every(isFields) &&
        isCount(output.total)
      )
        return {
          type: "table",
          columns: output.columns,
          rows: output.rows,
          total: output.total,
          ...title,
        };
      break;
    case "database-table":
      if (isText(output.table, 1000))
        return { type: "database-table", table: output.table, ...title };
      break;
    case "html":
    case "svg":
    case "markdown":
    case "text":
      if (isText(output.text, 10_000_000))
        return { type: output.type, text: output.text };
      break;
    case "json":
      return { type: "json", value: output.value };
    case "error":
      return { type: "error", error: checkError(output.error) };
  }
  return {
    type: "error",
    error: {
      name: "Error",
      message:
        "This output could not be shown: it is too large or of no known kind.",
    },
  };
}

function checkTraceReport(value: unknown): TraceReport | undefined {
  if (
    !isFields(value) ||
    !Array.isArray(value.graphs) ||
    !Array.isArray(value.errors)
  )
    return undefined;
  const graphs: Graph[] = [];
  for (const graph of value.graphs) {
    if (!isGraph(graph)) return undefined;
    graphs.push(graph);
  }
  return {
    graphs,
    errors: value.errors.filter(isFields).map((entry) => ({
      cell: cut(entry.cell),
      flow: isText(entry.flow, 1000) ? entry.flow : undefined,
      error: checkError(entry.error),
    })),
  };
}

function isGraph(value: unknown): value is Graph {
  if (
    !isFields(value) ||
    !isText(value.flow, 1000) ||
    !Array.isArray(value.nodes) ||
    !Array.isArray(value.edges) ||
    !isTemplate(value.result)
  )
    return false;
  const ids = new Set<unknown>();
  for (const node of value.nodes) {
    if (!isNode(node) || ids.has(node.id)) return false;
    ids.add(node.id);
  }
  return value.edges.every(
    (edge) =>
      isFields(edge) &&
      ids.has(edge.from) &&
      ids.has(edge.to) &&
      (edge.input === undefined || isText(edge.input, 1000)),
  );
}

function isNode(node: unknown): node is GraphNode {
  if (!isFields(node) || !isText(node.id, 1000) || !isText(node.name, 1000))
    return false;
  if (node.kind === "parameter") {
    const parameter = node.parameter;
    return isFields(parameter) && isText(parameter.name, 1000);
  }
  if (node.kind !== "task" || !isText(node.task, 1000)) return false;
  const options = node.options;
  return (
    typeof node.mapped === "boolean" &&
    Array.isArray(node.args) &&
    node.args.every((arg) => isTemplate(arg)) &&
    Array.isArray(node.waitFor) &&
    node.waitFor.every((id) => isText(id, 1000)) &&
    isFields(options) &&
    isCount(options.retries) &&
    Array.isArray(options.retryDelays) &&
    options.retryDelays.every(isNumber) &&
    (options.timeout === undefined || isNumber(options.timeout)) &&
    isFields(options.trigger) &&
    Array.isArray(options.tags)
  );
}

function isTemplate(value: unknown, depth = 0): value is Template {
  if (!isFields(value) || depth > 100) return false;
  switch (value.type) {
    case "value":
      return true;
    case "ref":
      return (
        isText(value.node, 1000) &&
        Array.isArray(value.path) &&
        value.path.every(
          (step) => isText(step, 1000) || typeof step === "number",
        )
      );
    case "list":
      return (
        Array.isArray(value.items) &&
        value.items.every((item) => isTemplate(item, depth + 1))
      );
    case "object":
      return (
        Array.isArray(value.entries) &&
        value.entries.every(
          (entry) =>
            Array.isArray(entry) &&
            isText(entry[0]) &&
            isTemplate(entry[1], depth + 1),
        )
      );
    default:
      return false;
  }
}
