import { FlowError } from "../core/errors.ts";
import { listNames } from "../core/words.ts";
import { StuckStep } from "./askJobs.ts";
import type {
  AttemptId,
  RefusedStep,
  TraceReport,
  TraceStep,
} from "./protocol.ts";
import type { WorkerExecutor } from "./workerExecutor.ts";

/** Drawing all flows of a notebook may take this long; then the worker that does it is ended. */
const traceLimit = 2_000;

/** Of that a step must have taken so large a part to be what took so long. */
const largePart = 1 / 4;

/** So many steps without an end are left out, one after the other; what more there are may all have the same cause. */
const mostRefused = 3;

/**
 * Draws all flows of the executor's program. A flow body or cell that does not come to an end gets an error, and the rest is
 * drawn without it.
 */
export async function traceFlows(
  executor: Pick<WorkerExecutor, "trace">,
  attempt: AttemptId,
  limit = traceLimit,
): Promise<TraceReport> {
  const within = `within ${limit / 1000} s`;
  const message = `The graph could not be drawn ${within}. Look for an endless loop in a flow body or at the top level of a cell; long work belongs into a task.`;
  const refused: RefusedStep[] = [];
  for (;;)
    try {
      const time = { after: limit, message };
      return await executor.trace(attempt, time, refused);
    } catch (thrown) {
      if (!(thrown instanceof StuckStep)) throw thrown;
      const { step, took } = thrown;
      const isSlow = thrown.message === message;
      if (isSlow && took < limit * largePart) throw thrown;
      const why = isSlow ? undefined : thrown.message;
      refused.push({ ...step, message: explain(step, within, why) });
      if (refused.length > mostRefused) throw stuck(refused);
    }
}

function explain({ cell, flow }: TraceStep, within: string, why?: string) {
  if (why !== undefined)
    return `While the graph was drawn, its worker was lost at ${nameStep({ cell, flow })}: ${why}`;
  return flow === undefined
    ? `The cell ${cell} did not come to its end ${within} while the graph was drawn. Look for an endless loop at its top level; long work belongs into a task.`
    : `The flow ${JSON.stringify(flow)} could not be drawn ${within}. Look for an endless loop in its body; long work belongs into a task.`;
}

function stuck(steps: readonly TraceStep[]): FlowError {
  return new FlowError(
    "flow-body",
    `The graph could not be drawn: ${listNames(steps.map(nameStep))} do not come to an end. Look for an endless loop in what they have in common; long work belongs into a task.`,
  );
}

const nameStep = ({ cell, flow }: TraceStep): string =>
  flow === undefined ? `the cell ${cell}` : `the flow ${JSON.stringify(flow)}`;
