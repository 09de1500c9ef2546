import { type ErrorCode, FlowError } from "../../../core/errors.ts";
import type { Graph } from "../../../core/graph.ts";
import { checkParameters } from "../../../core/parameter.ts";
import { listNames } from "../../../core/words.ts";
import type { Current } from "./current.ts";
import type { Drawing } from "./drawing.ts";
import { refuseAsync } from "./flowBody.ts";
import { type FlowDefinition, lateRefusal } from "./flowOptions.ts";
import { makeParameterRefs } from "./parameterRefs.ts";
import { Tracer } from "./tracer.ts";

/** Runs a flow's body to find out its graph; no task runs. */
export function traceFlow(
  current: Current,
  flow: FlowDefinition,
): { graph: Graph; drawing: Drawing } {
  const tracer = new Tracer(flow);
  current.tracer = tracer;
  try {
    const graph = tracer.finish(callBody(flow, tracer));
    checkSchedules(flow, tracer);
    return { graph, drawing: tracer.drawing };
  } finally {
    current.tracer = undefined;
  }
}

/** Calls the body of a flow with its parameters, and gives what it returns; throws what its options were refused with. */
export function callBody(flow: FlowDefinition, tracer: Tracer): unknown {
  if (flow.refusal) throw flow.refusal.thrown;
  const refs: Record<string, unknown> = {};
  for (const parameter of flow.parameters)
    refs[parameter.name] = tracer.addParameter(parameter, false);
  const result = flow.body(makeParameterRefs(flow.name, refs));
  refuseAsync(`The body of the flow ${JSON.stringify(flow.name)}`, result);
  return result;
}

/** What a schedule gives must be what the flow takes, and all that it needs: nobody is there to be asked when the time has come. */
function checkSchedules(flow: FlowDefinition, tracer: Tracer): void {
  const parameters = [...tracer.parameters.values()].map(
    ({ parameter }) => parameter,
  );
  for (const { parameters: given = {} } of flow.settings.schedules) {
    const missing = parameters.filter(
      ({ name, required }) => required && !Object.hasOwn(given, name),
    );
    const refuse = (code: ErrorCode, why: string) =>
      lateRefusal(
        flow,
        code,
        `A schedule of the flow ${JSON.stringify(flow.name)} ${why}`,
      );
    if (missing.length > 0) {
      const names = missing.map(({ name }) => name);
      throw refuse(
        "invalid-parameter",
        `does not give it ${listNames(names)}, which ${names.length === 1 ? "has" : "have"} no default, so it could never run. Write, for example, every("1h", { parameters: { ${names[0]}: ... } }), or give ${names.length === 1 ? "the parameter" : "each"} a default.`,
      );
    }
    try {
      checkParameters(parameters, given);
    } catch (thrown) {
      if (!(thrown instanceof FlowError)) throw thrown;
      throw refuse(
        thrown.code,
        `gives it something that it does not take. ${thrown.message}`,
      );
    }
  }
}
