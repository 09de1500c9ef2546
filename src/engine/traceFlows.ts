import { FlowError } from "../core/errors.ts";
import { listNames } from "../core/words.ts";
import type { Program } from "../notebook/compile/program.ts";
import { StuckStep, TimeSpent } from "./askJobs.ts";
import type { AttemptId, TraceReport, TraceStep } from "./protocol.ts";
import { RefusedSteps } from "./refusedSteps.ts";
import type { WorkerExecutor } from "./workerExecutor.ts";

/** While flows are drawn, each cell and each flow body may take this long; then the worker that does it is ended. */
const stepLimit = 2_000;

/** So many times as long may all together take, in all tries: two without an end leave time for the rest. */
const ofAll = 2.5;

/** So many steps that end their worker are left out in one go; what more there are may all have the same cause. */
const mostRefused = 3;

const longWork = "long work belongs into a task.";

/**
 * Draws all flows of the executor's program. A flow body or cell that does not come to an end gets an error, and the rest is
 * drawn without it; `known` has those that were found before, and keeps what is found now.
 */
export async function traceFlows(
  executor: Pick<WorkerExecutor, "trace">,
  attempt: AttemptId,
  program: Program,
  {
    limit = stepLimit,
    known = new RefusedSteps(),
  }: { limit?: number; known?: RefusedSteps } = {},
): Promise<TraceReport> {
  const all = limit * ofAll;
  const within = `within ${limit / 1000} s`;
  const step = {
    after: limit,
    message: `The graph could not be drawn: nothing came to its end ${within}. Look for an endless loop at the top level of a cell; ${longWork}`,
  };
  const notAll = `The graph could not be drawn within ${all / 1000} s`;
  const time = { step, all: new TimeSpent(all, `${notAll}; ${longWork}`) };
  const refused = [...known.of(program)];
  const found: TraceStep[] = [];
  for (;;)
    try {
      return await executor.trace(attempt, time, refused);
    } catch (thrown) {
      if (!(thrown instanceof StuckStep)) throw thrown;
      const { step: at, took, message } = thrown;
      if (message === time.all.message) throw tooLong(notAll, found, at, took);
      const isSlow = message === step.message;
      const why = isSlow ? undefined : message;
      const one = { ...at, message: explain(at, within, why) };
      refused.push(one);
      found.push(at);
      if (isSlow) known.add(program, one);
      if (found.length > mostRefused) throw stuck(found);
    }
}

function explain({ cell, flow }: TraceStep, within: string, why?: string) {
  if (why !== undefined)
    return `While the graph was drawn, its worker was lost at ${nameStep({ cell, flow })}: ${why}`;
  return flow === undefined
    ? `The cell ${cell} did not come to its end ${within} while the graph was drawn. Look for an endless loop at its top level; ${longWork}`
    : `The flow ${JSON.stringify(flow)} could not be drawn ${within}. Look for an endless loop in its body; ${longWork}`;
}

/** The time for all ran out at a step that is not to blame: of its own it had not used up what it may take. */
function tooLong(
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

function stuck(steps: readonly TraceStep[]): FlowError {
  return new FlowError(
    "flow-body",
    `The graph could not be drawn: ${nameSteps(steps)} not come to an end. Look for an endless loop in what they have in common; ${longWork}`,
  );
}

const nameSteps = (steps: readonly TraceStep[]): string =>
  `${listNames(steps.map(nameStep))} ${steps.length === 1 ? "does" : "do"}`;

const nameStep = ({ cell, flow }: TraceStep): string =>
  flow === undefined ? `the cell ${cell}` : `the flow ${JSON.stringify(flow)}`;
