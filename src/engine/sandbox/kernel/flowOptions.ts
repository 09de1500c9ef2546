import { parseDuration } from "../../../core/duration.ts";
import { type ErrorCode, FlowError } from "../../../core/errors.ts";
import type { Limit } from "../../../core/limits.ts";
import { makeParameter, type Parameter } from "../../../core/parameter.ts";
import type { Schedule } from "../../../core/schedule.ts";
import { listNames, showValue } from "../../../core/words.ts";
import type { ProgramCell } from "../../../notebook/compile/program.ts";
import type { RefusedStep } from "../../protocol.ts";
import { readConcurrency } from "./limitOptions.ts";
import { readSchedules } from "./schedules.ts";
import { readFunction } from "./taskOptions.ts";

/** A flow as a cell defines it. */
export interface FlowDefinition {
  name: string;
  body: (parameters: unknown) => unknown;
  parameters: readonly Parameter[];
  settings: GivenSettings;
  /** Why it cannot be drawn: its options were refused, or the compiler found a mistake in its body, which is told then. */
  refusal?: { thrown: unknown; isTold: boolean };
  cell: ProgramCell;
  /** Was made where `flow(...)` was called. */
  trail: Error;
}

/** What is found to be wrong with the options of a flow once it is drawn: it is told where they stand, at the call of `flow`. */
export function lateRefusal(
  { trail }: FlowDefinition,
  code: ErrorCode,
  message: string,
): FlowError {
  const error = new FlowError(code, message);
  if (trail.stack !== undefined) error.stack = trail.stack;
  return error;
}

/** Has a flow fail with what is said of it, if its body was seen not to come to an end. */
export function refuseStep(
  flow: FlowDefinition,
  refused: readonly RefusedStep[],
): void {
  const found = refused.find((step) => step.flow === flow.name);
  if (found)
    flow.refusal = {
      thrown: lateRefusal(flow, "flow-body", found.message),
      isTold: false,
    };
}

/** How a flow runs, as its options say it. */
export interface GivenSettings {
  timeout: number | undefined;
  limits: readonly Limit[];
  schedules: readonly Schedule[];
  /** Tasks and names, to be found among the nodes; empty if the leaves decide. */
  referenceTasks: readonly unknown[];
  onStateChange: ((change: unknown) => unknown) | undefined;
}

const optionNames = [
  "parameters",
  "schedule",
  "referenceTasks",
  "timeout",
  "concurrency",
  "onStateChange",
];

/** Checks the options of a flow; throws an error that says what is wrong. */
export function readFlowOptions(
  name: string,
  options: unknown,
): Pick<FlowDefinition, "parameters" | "settings"> {
  const invalid = (message: string) => new FlowError("invalid-option", message);
  const quoted = JSON.stringify(name);
  if (
    options !== undefined &&
    (typeof options !== "object" || options === null)
  )
    throw invalid(
      `The options of the flow ${quoted} are an object such as { parameters: { airport: "IAD" } }, not ${showValue(options)}.`,
    );
  const given = (options ?? {}) as Record<string, unknown>;
  for (const key of Object.keys(given))
    if (!optionNames.includes(key) && given[key] !== undefined)
      throw invalid(
        `A flow has no option ${JSON.stringify(key)}. Its options are ${listNames(optionNames, 99)}.`,
      );
  const { parameters = {}, referenceTasks = [], timeout, concurrency } = given;
  if (
    typeof parameters !== "object" ||
    parameters === null ||
    Array.isArray(parameters)
  )
    throw invalid(
      `The parameters of the flow ${quoted} are an object by name: { airport: "IAD" }.`,
    );
  if (!Array.isArray(referenceTasks))
    throw invalid(
      `referenceTasks of the flow ${quoted} must be a list of tasks or names: [extract], not ${showValue(referenceTasks)}.`,
    );
  if (timeout !== undefined && parseDuration(timeout) === 0)
    throw invalid(
      `The timeout of the flow ${quoted} must be longer than 0: no flow is that fast.`,
    );
  return {
    parameters: Object.entries(parameters).map(([key, spec]) =>
      makeParameter(key, spec),
    ),
    settings: {
      timeout: timeout === undefined ? undefined : parseDuration(timeout),
      limits:
        concurrency === undefined
          ? []
          : (readConcurrency(concurrency, "flow") as Limit[]),
      schedules: readSchedules(given.schedule, name),
      referenceTasks,
      onStateChange:
        given.onStateChange === undefined
          ? undefined
          : readFunction(
              "onStateChange",
              given.onStateChange,
              "change => log(change.to)",
            ),
    },
  };
}
