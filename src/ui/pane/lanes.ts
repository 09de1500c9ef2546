import { attemptNumber } from "../../core/attemptNumber.ts";
import type { Children, TaskRun } from "../../core/run.ts";
import { isFinal, stateNames, type State } from "../../core/state.ts";
import type { Rest } from "../../core/rests.ts";
import { Passage } from "../../views/passage.ts";
import type { TimelineAttempt } from "../../views/timelineModel.ts";
import * as words from "../words/timeline.ts";

/** A lane of a mapped task has no more bars than this. */
export const mostBars = 200;

/** What is worth seeing in a bar that stands for many: the last of these that occurs in it. */
const order: readonly State[] = [
  "Pending",
  "Scheduled",
  "Cached",
  "Mapped",
  "Success",
  "Skipped",
  "Cancelled",
  "Running",
  "Retrying",
  "Paused",
  "TriggerFailed",
  "TimedOut",
  "Crashed",
  "Failed",
];
const rank = new Map(order.map((state, at) => [state, at]));

/** The bars of a task that is not mapped: its attempts, and its fallback as what it is. */
export function attemptBars(
  task: Pick<TaskRun, "attempts" | "fallbacks">,
): TimelineAttempt[] {
  return task.attempts.map(({ attempt, startedAt, endedAt, state }) => {
    const number = attemptNumber(task, attempt);
    return number === undefined
      ? { startedAt, endedAt, state, label: words.fallback }
      : { startedAt, endedAt, state, number };
  });
}

/** When the elements of a map started and ended, column by column: what is final is read once, however often one looks. */
export class ElementTimes {
  readonly count: number;
  readonly startedAt: Float64Array;
  readonly endedAt: Float64Array;
  readonly #state: Uint8Array;
  readonly #isRead: Uint8Array;

  constructor(count: number) {
    this.count = count;
    this.startedAt = new Float64Array(count).fill(NaN);
    this.endedAt = new Float64Array(count).fill(NaN);
    this.#state = new Uint8Array(count);
    this.#isRead = new Uint8Array(count);
  }

  stateOf(index: number): State {
    return stateNames[this.#state[index]!]!;
  }

  /** Reads what has changed. */
  update(children: Children): void {
    for (let at = 0; at < this.count; at += 1) {
      const state = children.stateOf(at);
      const number = stateNames.indexOf(state);
      if (this.#isRead[at] === 1 && this.#state[at] === number) continue;
      this.#state[at] = number;
      this.#isRead[at] = isFinal(state) ? 1 : 0;
      if (state === "Pending") {
        this.startedAt[at] = this.endedAt[at] = NaN;
        continue;
      }
      const run = children.run(at);
      this.startedAt[at] = run.startedAt ?? NaN;
      this.endedAt[at] = run.endedAt ?? NaN;
    }
  }
}

/** The bars of a mapped task's lane: one for each element, or for so many elements stretches of time that stand for several. */
export function laneBars(
  times: ElementTimes,
  now: number,
  rests: readonly Rest[] = [],
): TimelineAttempt[] {
  const started: number[] = [];
  for (let at = 0; at < times.count; at += 1)
    if (!Number.isNaN(times.startedAt[at]!)) started.push(at);
  return started.length <= mostBars
    ? started.map((at) => {
        const endedAt = times.endedAt[at]!;
        return {
          startedAt: times.startedAt[at]!,
          endedAt: Number.isNaN(endedAt) ? undefined : endedAt,
          state: times.stateOf(at),
          label: words.elementTitle(at),
        };
      })
    : stretches(times, started, now, rests);
}

function stretches(
  times: ElementTimes,
  started: readonly number[],
  now: number,
  rests: readonly Rest[],
): TimelineAttempt[] {
  let from = Infinity;
  let to = -Infinity;
  const endOf = (at: number): number => {
    const endedAt = times.endedAt[at]!;
    return Number.isNaN(endedAt) ? now : endedAt;
  };
  for (const at of started) {
    from = Math.min(from, times.startedAt[at]!);
    to = Math.max(to, endOf(at));
  }
  // A rest in the midst would leave no room for what went on before and after it.
  const passage = new Passage(from, to, rests);
  const size = Math.max(1, passage.worked / mostBars);
  const binOf = (time: number): number =>
    Math.min(mostBars - 1, Math.floor(passage.workedAt(time) / size));
  const worst = new Int8Array(mostBars).fill(-1);
  const starts = new Uint32Array(mostBars);
  for (const at of started) {
    const first = binOf(times.startedAt[at]!);
    const last = binOf(endOf(at));
    const value = rank.get(times.stateOf(at))!;
    starts[first]! += 1;
    for (let bin = first; bin <= last; bin += 1)
      if (worst[bin]! < value) worst[bin] = value;
  }
  const bars: (TimelineAttempt & { endedAt: number; count: number })[] = [];
  for (let bin = 0; bin < mostBars; bin += 1) {
    if (worst[bin]! < 0) continue;
    const startedAt = passage.timeAfter(bin * size);
    const endedAt = passage.timeAfter((bin + 1) * size);
    const state = order[worst[bin]!]!;
    const before = bars.at(-1);
    // What goes on in the same way is one bar, unless nothing went on in between.
    if (
      before?.state === state &&
      Math.abs(before.endedAt - startedAt) < size / 2
    ) {
      before.endedAt = endedAt;
      before.count += starts[bin]!;
    } else bars.push({ startedAt, endedAt, state, count: starts[bin]! });
  }
  return bars.flatMap(({ count, ...bar }) =>
    outside(passage.rests, {
      ...bar,
      label: words.elementsStarted(count),
    }),
  );
}

/** The parts of a bar that are in no rest. */
function outside(
  rests: readonly Rest[],
  bar: TimelineAttempt & { endedAt: number },
): TimelineAttempt[] {
  let { startedAt } = bar;
  const parts: TimelineAttempt[] = [];
  for (const { from, to } of rests) {
    if (to <= startedAt || from >= bar.endedAt) continue;
    if (from > startedAt) parts.push({ ...bar, startedAt, endedAt: from });
    startedAt = to;
  }
  if (startedAt < bar.endedAt) parts.push({ ...bar, startedAt });
  return parts;
}
