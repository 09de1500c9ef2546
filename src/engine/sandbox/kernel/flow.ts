import { parseDuration } from "../../../core/duration.ts";
import { FlowError } from "../../../core/errors.ts";
import type { Graph } from "../../../core/graph.ts";
import { makeParameter, type Parameter } from "../../../core/parameter.ts";
import type { ProgramCell } from "../../../notebook/compile/program.ts";
import { listNames, showValue } from "../../../core/words.ts";
import { type Current, NothingRunsYet } from "./current.ts";
import { notYet } from "./notYet.ts";
import { refOf } from "./refs.ts";
import { Tracer } from "./tracer.ts";

/** A flow as a cell defines it. */
export interface FlowDefinition {
  name: string;
  body: (parameters: unknown) => unknown;
  parameters: readonly Parameter[];
  cell: ProgramCell;
}

const missingOptions: Readonly<Record<string, string>> = {
  schedule: "start the flow with Run.",
  referenceTasks:
    "the tasks that nothing is downstream of decide whether the flow succeeded.",
  timeout: "give the tasks a timeout each.",
  concurrency: "leave it out.",
  onStateChange: "watch the graph or the timeline.",
};

/** `flow(name, body, options)`: registers the flow, and gives the object that other cells see. */
export function defineFlow(
  current: Current,
  name: unknown,
  body: unknown,
  options: unknown,
): unknown {
  if (typeof name !== "string" || name === "")
    throw new FlowError(
      "invalid-option",
      `A flow needs a name: flow("Aircraft ETL", () => { ... }), not ${showValue(name)}.`,
    );
  if (typeof body !== "function")
    throw new FlowError(
      "invalid-option",
      `The flow ${JSON.stringify(name)} needs a body: a function that calls tasks, not ${showValue(body)}.`,
    );
  const { cell, world } = current;
  if (!cell || !world || current.tracer)
    throw new FlowError(
      "flow-body",
      `The flow ${JSON.stringify(name)} is defined inside ${current.tracer ? "a flow body" : "a task"}. Define flows at the top of a cell.`,
    );
  world.addFlow({
    name,
    body: body as FlowDefinition["body"],
    parameters: readOptions(name, options),
    cell,
  });
  return makeFlow(current, name);
}

function readOptions(name: string, options: unknown): Parameter[] {
  if (options === undefined) return [];
  if (typeof options !== "object" || options === null)
    throw new FlowError(
      "invalid-option",
      `The options of the flow ${JSON.stringify(name)} are an object such as { parameters: { airport: "IAD" } }, not ${showValue(options)}.`,
    );
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined || key === "parameters") continue;
    if (!Object.hasOwn(missingOptions, key))
      throw new FlowError(
        "invalid-option",
        `A flow has no option ${JSON.stringify(key)}. Its options are ${listNames(["parameters", ...Object.keys(missingOptions)], 99)}.`,
      );
    if (key === "timeout") parseDuration(value);
    throw notYet(`${key} of a flow`, missingOptions[key]);
  }
  const { parameters = {} } = options as { parameters?: unknown };
  if (
    typeof parameters !== "object" ||
    parameters === null ||
    Array.isArray(parameters)
  )
    throw new FlowError(
      "invalid-option",
      `The parameters of the flow ${JSON.stringify(name)} are an object by name: { airport: "IAD" }.`,
    );
  return Object.entries(parameters).map(([key, spec]) =>
    makeParameter(key, spec),
  );
}

const flows = new WeakSet<object>();

/** Whether a value is what `flow(...)` returned. */
export function isFlow(value: unknown): boolean {
  return typeof value === "function" && flows.has(value);
}

/** A view cell reads the result of a flow that has not run. */
export class NotRunYet extends Error {
  override readonly name = "NotRunYet";
}

function makeFlow(current: Current, name: string): unknown {
  const refuse = (what: string) => () => {
    if (current.tracer)
      throw notYet(
        what,
        "call the tasks of the other flow in this body instead.",
      );
    throw new FlowError(
      "flow-body",
      `A flow is not called here: the flow ${JSON.stringify(name)} starts with Run. Its tasks can be called on their own.`,
    );
  };
  const lastRun = (what: string) => {
    if (current.tracer || current.job?.kind === "trace")
      throw new NothingRunsYet(`Reading ${what} of the flow ${name}`);
    if (current.job?.kind !== "view")
      throw new FlowError(
        "invalid-argument",
        `${what} of a flow is for cells that show something. A task takes what it needs as arguments.`,
      );
    if (current.cell) current.world?.markImpure(current.cell);
    const { flows } = current.job;
    return Object.hasOwn(flows, name) ? flows[name] : undefined;
  };
  const flow = refuse("a flow as a step of another flow");
  Object.defineProperties(flow, {
    name: { value: name },
    map: { value: refuse(".map of a flow") },
    state: { get: () => lastRun("state")?.state ?? "Pending" },
    result: {
      get() {
        const run = lastRun("result");
        if (run) return run.result;
        throw new NotRunYet(
          `Run ${name} first: this cell shows its result, and there is none yet.`,
        );
      },
    },
  });
  flows.add(flow);
  return flow;
}

/** `param(name, spec)` in a flow body. */
export function addParam(
  current: Current,
  name: unknown,
  spec: unknown,
): unknown {
  if (!current.tracer)
    throw new FlowError(
      "flow-body",
      `param(${showValue(name)}) stands outside a flow body. Call it inside: flow("...", () => { const airport = param("airport", "IAD") ... }).`,
    );
  return current.tracer.addParameter(
    makeParameter(name as string, spec),
    spec === undefined,
  );
}

/** Runs a flow's body to find out its graph; no task runs. */
export function traceFlow(current: Current, flow: FlowDefinition): Graph {
  const tracer = new Tracer(flow.name);
  current.tracer = tracer;
  try {
    const refs: Record<string, unknown> = {};
    for (const parameter of flow.parameters)
      refs[parameter.name] = tracer.addParameter(parameter, false);
    const result = flow.body(nameUnknown(flow, refs));
    refuseAsync(flow, result);
    return tracer.finish(result);
  } finally {
    current.tracer = undefined;
  }
}

function refuseAsync(flow: FlowDefinition, result: unknown): void {
  if (refOf(result) || !(result instanceof Promise)) return;
  // An async body that awaited a ref has failed by now; what follows says it better.
  result.catch(() => {});
  throw new FlowError(
    "flow-body",
    `The body of the flow ${JSON.stringify(flow.name)} is not async here: nothing has run yet, so there is nothing to await. Remove async and await.`,
  );
}

/** The body's argument: complains about a parameter that the options do not declare. */
function nameUnknown(
  flow: FlowDefinition,
  refs: Record<string, unknown>,
): unknown {
  return new Proxy(refs, {
    get(target, key) {
      if (typeof key === "symbol" || Object.hasOwn(target, key))
        return target[key as string];
      const names = Object.keys(target);
      throw new FlowError(
        "unknown-parameter",
        `The flow ${JSON.stringify(flow.name)} has no parameter ${key}. ${names.length > 0 ? `It has ${listNames(names, 20)}.` : `Declare it: { parameters: { ${key}: "..." } } after the body.`}`,
      );
    },
  });
}
