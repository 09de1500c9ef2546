import type { Reuse, Shape, TaskNumber, Time } from "./events.ts";
import { countFate, move } from "./schedulerState.ts";
import type { SchedulerState } from "./schedulerState.ts";
import { formatTime } from "./words.ts";

/** Takes a node's result from an earlier run: the node, or each element of a mapped one, is Cached. */
export function reuse(
  state: SchedulerState,
  number: TaskNumber,
  { run, key, at, size, shape, skipped = [], elsewhere = [], files }: Reuse,
  now: Time,
): void {
  const { table } = state;
  const others = new Map(elsewhere.map((other) => [other.leaf, other]));
  const areSkipped = new Set(skipped);
  let leaf = 0;
  take(number, shape);
  if (size !== undefined) table.bytes[number] = size;
  table.setFiles(number, files);

  function take(one: TaskNumber, shape: Shape | undefined): void {
    if (shape === undefined || shape === null) {
      const which = leaf++;
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
      return;
    }
    table.expand(one, typeof shape === "number" ? shape : shape.length);
    for (let place = 0; place < table.count[one]!; place += 1) {
      const element = table.first[one]! + place;
      take(element, typeof shape === "number" ? undefined : shape[place]);
    }
    table.open[one] = 0;
    move(state, one, "Mapped");
    note(one, run, at);
  }

  function note(one: TaskNumber, from: string, runAt: Time | undefined): void {
    const details = table.edit(one);
    details.message = tellReused(runAt);
    details.resultRun = from;
    details.resultRunAt = runAt;
    table.endedAt[one] = now;
  }
}

/** Where a result comes from, for people, by the start of the run that computed it. */
export function tellReused(runAt: Time | undefined): string {
  return runAt === undefined
    ? "Reused from an earlier run."
    : `Reused from the run of ${formatTime(runAt)}.`;
}
