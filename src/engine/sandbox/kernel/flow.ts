import { FlowError } from "../../../core/errors.ts";
import { makeParameter } from "../../../core/parameter.ts";
import { showValue } from "../../../core/words.ts";
import { type Current, NothingRunsYet } from "./current.ts";
import { bodyTracer } from "./flowBody.ts";
import { type FlowDefinition, readFlowOptions } from "./flowOptions.ts";
import { drawSubflow } from "./subflow.ts";

const longestName = 200;

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
  if (name.length > longestName)
    throw new FlowError(
      "invalid-option",
      `The name of a flow has at most ${longestName} characters, and ${showValue(name)} has ${name.length}.`,
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
  const mistake = world.mistakeIn(name);
  const definition: FlowDefinition = {
    name,
    body: body as FlowDefinition["body"],
    ...readOptions(name, options),
    ...(mistake && { refusal: { thrown: mistake, isTold: true } }),
    cell,
    trail: new Error(),
  };
  world.addFlow(definition);
  return makeFlow(current, definition);
}

/** What is wrong with the options of a flow is said when it is drawn: the other flows of its cell are none the worse. */
function readOptions(
  name: string,
  options: unknown,
): Pick<FlowDefinition, "parameters" | "settings" | "refusal"> {
  try {
    return readFlowOptions(name, options);
  } catch (thrown) {
    const refusal = { thrown, isTold: false };
    return { ...readFlowOptions(name, undefined), refusal };
  }
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

function makeFlow(current: Current, definition: FlowDefinition): unknown {
  const { name } = definition;
  const call = (isMap: boolean) => (given?: unknown) => {
    if (current.tracer) return drawSubflow(current, definition, given, isMap);
    throw new FlowError(
      "flow-body",
      `A flow is not called here: the flow ${JSON.stringify(name)} starts with Run, or as a step of another flow, called in that one's body. Its tasks can be called on their own.`,
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
  const flow = call(false);
  Object.defineProperties(flow, {
    name: { value: name },
    map: { value: call(true) },
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
  return bodyTracer(
    current,
    `param(${showValue(name)})`,
    `Call it inside: flow("...", () => { const airport = param("airport", "IAD") ... }).`,
  ).addParameter(makeParameter(name as string, spec), spec === undefined);
}
