/** What is said where flows cannot be drawn because something does not come to an end. */
import { FlowError } from "../core/errors.ts";
import { listNames } from "../core/words.ts";
import type { TraceStep } from "./protocol.ts";

const longWork = "long work belongs into a task.";

/** Of one step; `why` is what ended its worker, if that was not its time. */
export function explain(
  { cell, flow }: TraceStep,
  within: string,
  why?: string,
) {
  if (why !== undefined)
    return `While the graph was drawn, its worker was lost at ${nameStep({ cell, flow })}: ${why}`;
  return flow === undefined
    ? `The cell ${cell} did not come to its end ${within} while the graph was drawn. Look for an endless loop at its top level; ${longWork}`
    : `The flow ${JSON.stringify(flow)} could not be drawn ${within}. Look for an endless loop in its body; ${longWork}`;
}

/** The time for all ran out at a step that is not to blame: of its own it had not used up what it may take. */
export function tooLong(
  notAll: string,
  found: readonly TraceStep[],
  at: TraceStep,
  took: number,
): FlowError {
  const last = `${nameStep(at)}, which came last, had taken ${(took / 1000).toFixed(1)} s`;
  return new FlowError(
    "flow-body",
    found.length === 0
      ? `${notAll}: its cells and flow bodies take longer together; ${last}. Look for what is slow in them; ${longWork}`
      : `${notAll}: ${nameSteps(found)} not come to an end, and for the rest there was too little time; ${last}. Look for an endless loop; ${longWork}`,
  );
}

/** Of several steps, which are too many to look for more. */
export function stuck(steps: readonly TraceStep[]): FlowError {
  return new FlowError(
    "flow-body",
    `The graph could not be drawn: ${nameSteps(steps)} not come to an end. Look for an endless loop in what they have in common; ${longWork}`,
  );
}

const nameSteps = (steps: readonly TraceStep[]): string =>
  `${listNames(steps.map(nameStep))} ${steps.length === 1 ? "does" : "do"}`;

const nameStep = ({ cell, flow }: TraceStep): string =>
  flow === undefined ? `the cell ${cell}` : `the flow ${JSON.stringify(flow)}`;
