import { ancestors, leaves } from "./graphIndex.ts";
import { carriersOf } from "./resources.ts";
import { noFates, nodeOf, totalOf } from "./schedulerState.ts";
import type { SchedulerState } from "./schedulerState.ts";
import { isOwnFailure } from "./state.ts";
import type { State } from "./state.ts";
import { flags } from "./taskTable.ts";
import { asSentence, listNames } from "./words.ts";

/**
 * The state of a flow run whose tasks are all final. It is that of its reference tasks: those that the flow names, or else
 * those that no other task needs, among the tasks that were to run. A mapped one counts as its elements.
 *
 * A run that was cancelled as a whole is Cancelled, whichever of its tasks that stopped. A cancellation that came too late to
 * stop any does not count: what was wanted is there.
 */
export function judge(state: SchedulerState): {
  state: State;
  message: string;
} {
  const { index, table } = state;
  const isIncluded = (number: number) => !table.has(number, flags.excluded);
  const named = state.graph.settings.reference
    ?.map((id) => index.numberOf.get(id)!)
    .filter(isIncluded);
  const reference =
    named && named.length > 0 ? named : leaves(index, isIncluded);
  const fatesOf = (number: number) => {
    const fates = noFates();
    table.addFates(number, fates);
    return fates;
  };

  if (
    state.isCutShort ||
    reference.some((number) => fatesOf(number).cancelled > 0)
  ) {
    const counted = index.nodes.flatMap((node, number) =>
      node.kind === "task" && isIncluded(number) ? [number] : [],
    );
    const isUndone = (number: number) => {
      const { cancelled, failed } = fatesOf(number);
      return cancelled + failed > 0;
    };
    const good = counted.filter((number) => fatesOf(number).successful > 0);
    const done = good.filter((number) => !isUndone(number));
    // What needs a task that runs again runs again too, and so may what needs a resource.
    const areKept =
      done.length > 0 &&
      carriersOf(index).size === 0 &&
      !done.some((number) => index.upstream.some(number, isUndone));
    const whatNext = areKept
      ? "Resume keeps these and runs the rest."
      : good.length > 0
        ? "Resume keeps what it can and runs the rest."
        : "Resume begins again.";
    const succeeded = `${done.length} of ${counted.length} ${counted.length === 1 ? "task" : "tasks"} had succeeded. ${whatNext}`;
    const reason =
      state.cancelReason ?? (state.isCutShort ? undefined : state.expired);
    return {
      state: "Cancelled",
      message:
        reason === undefined
          ? `Cancelled when ${succeeded}`
          : `${asSentence(reason)} ${succeeded}`,
    };
  }
  const failed = reference.filter((number) => fatesOf(number).failed > 0);
  if (failed.length === 0)
    return { state: "Success", message: "All reference tasks succeeded." };

  const told = failed.map((number) => {
    const fates = fatesOf(number);
    return table.isExpanded(number)
      ? `${nodeOf(state, number).name} (${fates.failed} of ${totalOf(fates)} failed)`
      : `${nodeOf(state, number).name} (${table.state(number)})`;
  });
  // Tasks of one name are told apart by nothing.
  const listOf = (names: readonly string[]) => listNames([...new Set(names)]);
  const causes = [...new Set([...ancestors(index, failed)])]
    .sort((one, other) => one - other)
    .filter((number) => {
      const node = index.nodes[number]!;
      // What failed in a sub-flow is among these too.
      if (node.kind !== "task" || node.operator?.type === "flow") return false;
      let has = false;
      table.forEachLeaf(number, (leaf) => {
        has ||= isOwnFailure(table.state(leaf));
      });
      return has;
    })
    .map((number) => nodeOf(state, number).name);
  return {
    state: "Failed",
    message:
      causes.length > 0
        ? `${listOf(causes)} failed, and so some reference tasks failed: ${listOf(told)}.`
        : `Some reference tasks failed: ${listOf(told)}.`,
  };
}
