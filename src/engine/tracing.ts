import { fromErrorData } from "../core/errors.ts";
import { loadLibrary } from "./sandbox/libraries.ts";
import type { Supplies } from "./supplies.ts";
import type { WorkerPool } from "./workerPool.ts";

/** Only after so many milliseconds is a worker started for the next text: the page paints the graph of this one first. */
const paintTime = 40;

/** Has a worker of the sandbox that is there then made ready for the next text. */
export function prepareTracer(
  sandbox: () => Promise<WorkerPool> | undefined,
): void {
  setTimeout(() => void prepare(sandbox()), paintTime);
}

async function prepare(opening: Promise<WorkerPool> | undefined) {
  const [pool, { rehearsal }] = await Promise.all([
    opening?.catch(() => undefined),
    // Without it the worker is only not as quick.
    import("./rehearsal.ts").catch(() => ({ rehearsal: [] })),
  ]);
  pool?.prepare(rehearsal);
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
