import type { Graph } from "./graph.ts";
import type { RunPlan } from "./plan.ts";

/** Why a task of a new run runs. */
export const everyTask = "a new run runs every task";

/** The plan of a run that has nothing to reuse, as {@link planRun} makes it: a page that was just opened needs no more. */
export function planFirst({ nodes }: Graph): RunPlan {
  return {
    items: nodes.flatMap(({ kind, id, name }) =>
      kind === "task"
        ? [
            {
              id,
              name,
              action: "run" as const,
              why: everyTask,
            },
          ]
        : [],
    ),
    reused: [],
    excluded: [],
  };
}
