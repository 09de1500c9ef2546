import type { ProgramCell } from "../../../notebook/compile/program.ts";
import { NothingRunsYet } from "./current.ts";
import type { Platform } from "./platform.ts";

/** How long a cell may wait for something while the graph is drawn. */
const longestWait = 1000;

/** What a cell comes to while the graph is drawn: one that waits for something would keep everything else waiting. */
export function waitBriefly(
  platform: Platform,
  cell: ProgramCell,
  values: unknown,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = platform.setTimeout(
      () =>
        reject(
          new NothingRunsYet(
            `Waiting longer than ${longestWait / 1000} s at the top of the cell ${cell.name}`,
          ),
        ),
      longestWait,
    );
    void Promise.resolve(values)
      .finally(() => platform.clearTimeout(timer))
      .then(resolve, reject);
  });
}
