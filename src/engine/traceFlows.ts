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

/** What is said of it is fetched when a step is slow, but for this. */
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
      const { explain, stuck, tooLong } = await import("./traceWords.ts");
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
