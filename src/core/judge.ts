import { ancestors, leaves } from "./graph.ts";
import type { GraphIndex } from "./graph.ts";
import type { TaskRun } from "./run.ts";
import { hasResult, isFailed } from "./state.ts";
import type { State } from "./state.ts";
import { listNames } from "./words.ts";

/**
 * The state of a flow run whose tasks are all final. It is that of its reference tasks: those that no other task needs,
 * among the tasks that were to run.
 *
 * A cancellation that came too late to cancel anything does not count: what was wanted is there.
 */
export function judge(
  index: GraphIndex,
  runs: readonly (TaskRun | undefined)[],
  excluded: Uint8Array,
): { state: State; message: string } {
  const reference = leaves(index, (number) => !excluded[number]);
  const stateOf = (number: number) => runs[number]?.state ?? "Pending";
  const nameOf = (number: number) => index.nodes[number]!.name;

  if (reference.some((number) => stateOf(number) === "Cancelled")) {
    const counted = runs.filter((task, number) => task && !excluded[number]);
    const done = counted.filter((task) => hasResult(task!.state)).length;
    return {
      state: "Cancelled",
      message: `Cancelled when ${done} of ${counted.length} ${counted.length === 1 ? "task" : "tasks"} had succeeded. Resume keeps these and runs the rest.`,
    };
  }
  const failed = reference.filter((number) => isFailed(stateOf(number)));
  if (failed.length === 0)
    return { state: "Success", message: "All reference tasks succeeded." };

  const told = listNames(
    failed.map((number) => `${nameOf(number)} (${stateOf(number)})`),
  );
  const causes = [...ancestors(index, failed)]
    .sort((one, other) => one - other)
    .filter((number) => {
      const state = stateOf(number);
      return isFailed(state) && state !== "TriggerFailed";
    })
    .map(nameOf);
  return {
    state: "Failed",
    message:
      causes.length > 0
        ? `${listNames(causes)} failed, and so some reference tasks failed: ${told}.`
        : `Some reference tasks failed: ${told}.`,
  };
}
