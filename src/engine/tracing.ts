import { fromErrorData } from "../core/errors.ts";
import type { AttemptId, TraceReport } from "./protocol.ts";
import { loadLibrary } from "./sandbox/libraries.ts";
import type { Supplies } from "./supplies.ts";
import type { WorkerExecutor } from "./workerExecutor.ts";

/** Drawing all flows of a notebook may take this long; then the worker that does it is ended. */
const traceLimit = 2_000;

/** Draws all flows of the executor's program. */
export function traceFlows(
  executor: WorkerExecutor,
  attempt: AttemptId,
  limit = traceLimit,
): Promise<TraceReport> {
  return executor.trace(attempt, {
    after: limit,
    message: `The graph could not be drawn within ${limit / 1000} s. Look for an endless loop in a flow body or at the top level of a cell; long work belongs into a task.`,
  });
}

const refuse = (what: string) => (): Promise<never> =>
  Promise.reject(
    fromErrorData({
      code: "flow-body",
      name: "FlowError",
      message: `${what} cannot be used while the graph is drawn: nothing has run yet. Use it inside a task.`,
    }),
  );

/** Tracing gets libraries, since cells may name them at their top level, and nothing else. */
export const noSupplies: Supplies = {
  library: loadLibrary,
  formatLibrary: refuse("A file's format"),
  openDatabase: refuse("The database"),
  readFile: refuse("An attachment"),
};
