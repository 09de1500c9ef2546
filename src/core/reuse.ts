import type { Reuse, Shape, TaskNumber, Time } from "./events.ts";
import { countFate, move } from "./schedulerState.ts";
import type { SchedulerState } from "./schedulerState.ts";
import { formatTime } from "./words.ts";

/** Takes a node's result from an earlier run: the node, or each element of a mapped one that is taken, is Cached. */
export function reuse(
  state: SchedulerState,
  number: TaskNumber,
  given: Reuse,
  now: Time,
): void {
  const { run, key, at, size, shape, skipped, leaves, elsewhere } = given;
  const { table } = state;
  const others = new Map(elsewhere?.map((other) => [other.leaf, other]));
  const areSkipped = new Set(skipped);
  const taken = leaves && new Set(leaves);
  let leaf = 0;
  /** The same with maps over nothing inside of others, as `leaves` counts. */
  let innermost = 0;
  take(number, shape);
  if (size !== undefined) table.bytes[number] = size;
  table.setTies(number, given);

  /** True if all of a run is taken. */
  function take(one: TaskNumber, shape: Shape | undefined): boolean {
    if (taken && one !== number && !hasTaken(shape)) {
      // It is expanded anew: the list may be another one.
      leaf += countInnermost(shape, 0);
      innermost += countInnermost(shape, 1);
      return false;
    }
    if (shape === undefined || shape === null) {
      innermost += 1;
      takeLeaf(one, leaf++);
      return true;
    }
    const list = typeof shape === "number" ? undefined : shape;
    const count = list?.length ?? (shape as number);
    if (count === 0 && one !== number) innermost += 1;
    table.expand(one, count);
    for (let place = 0; place < count; place += 1)
      if (take(table.first[one]! + place, list?.[place])) table.open[one]! -= 1;
    if (table.open[one]! > 0) {
      move(state, one, "Running");
      table.startedAt[one] = now;
      return false;
    }
    move(state, one, "Mapped");
    note(one, run, at);
    return true;
  }

  function hasTaken(shape: Shape | undefined): boolean {
    const end = innermost + countInnermost(shape, 1);
    for (let which = innermost; which < end; which += 1)
      if (taken!.has(which)) return true;
    return false;
  }

  function takeLeaf(one: TaskNumber, which: number): void {
    if (areSkipped.has(which)) {
      move(state, one, "Skipped");
      countFate(state, one);
      table.setMessage(
        one,
        at === undefined
          ? "Skipped in an earlier run."
          : `Skipped in the run of ${formatTime(at)}.`,
      );
      table.endedAt[one] = now;
      return;
    }
    const other = one === number ? { run, key, at } : others.get(which);
    move(state, one, "Cached");
    countFate(state, one);
    note(one, other?.run ?? run, other ? other.at : at);
    if (other?.key !== undefined) table.edit(one).resultKey = other.key;
  }

  function note(one: TaskNumber, from: string, runAt: Time | undefined): void {
    const details = table.edit(one);
    details.message = tellReused(runAt);
    details.resultRun = from;
    details.resultRunAt = runAt;
    table.endedAt[one] = now;
  }
}

/** How many innermost runs there are; a map over nothing inside of others counts as so many. */
function countInnermost(shape: Shape | undefined, ofNothing: 0 | 1): number {
  if (shape === undefined || shape === null) return 1;
  const count =
    typeof shape === "number"
      ? shape
      : shape.reduce<number>(
          (sum, below) => sum + countInnermost(below, ofNothing),
          0,
        );
  return count || ofNothing;
}

/** Where a result comes from, for people, by the start of the run that computed it. */
export function tellReused(runAt: Time | undefined): string {
  return runAt === undefined
    ? "Reused from an earlier run."
    : `Reused from the run of ${formatTime(runAt)}.`;
}
