import type { Children, TaskRun } from "../core/run.ts";
import {
  isFailed,
  isFinal,
  stateNames,
  stateNumbers,
  type State,
} from "../core/state.ts";
import type { ElementsModel } from "../views/graph/graphModel.ts";
import * as words from "./words/elements.ts";

/** A strip has no more cells than this. */
export const mostCells = 40;

/** What is worth knowing first: of a part of a map, the last of these that occurs in it counts. */
const order: readonly State[] = [
  "Cached",
  "Success",
  "Mapped",
  "Skipped",
  "Cancelled",
  "Pending",
  "Scheduled",
  "Running",
  "Retrying",
  "Paused",
  "TriggerFailed",
  "TimedOut",
  "Crashed",
  "Failed",
];

const known = new WeakMap<Children, ElementsModel>();

/** How the elements of a map are doing, as the graph shows it. The same children give the same object. */
export function elementsModel(children: Children): ElementsModel {
  const made = known.get(children);
  if (made) return made;
  const model = {
    total: children.count,
    counts: children.counts,
    cells: cellsOf(children),
  };
  known.set(children, model);
  return model;
}

function cellsOf(children: Children): State[] {
  const { count } = children;
  const cells = Math.min(count, mostCells);
  return Array.from({ length: cells }, (_, cell) => {
    const end = Math.floor(((cell + 1) * count) / cells);
    const found = children.statesIn(Math.floor((cell * count) / cells), end);
    return order.findLast((state) => found & (1 << stateNumbers[state]))!;
  });
}

/** How many elements are in states that pass. */
export function countElements(
  { counts }: Pick<Children, "counts">,
  passes: (state: State) => boolean,
): number {
  let count = 0;
  for (const state of stateNames)
    if (passes(state)) count += counts[state] ?? 0;
  return count;
}

/** Whether a task, or something in it, has failed: a map is Mapped also if all of its elements failed. */
export function hasFailed({
  state,
  children,
}: Pick<TaskRun, "state" | "children">): boolean {
  return (
    isFailed(state) ||
    (children !== undefined && countElements(children, isFailed) > 0)
  );
}

/** What a list of elements can be limited to. */
export type ElementFilter =
  "all" | "failed" | "waiting" | "going" | "open" | "skipped" | "done";

const filters: readonly {
  filter: ElementFilter;
  label: string;
  passes(state: State): boolean;
}[] = [
  { filter: "all", label: words.all, passes: () => true },
  { filter: "waiting", label: words.waiting, passes: (s) => s === "Paused" },
  { filter: "failed", label: words.failed, passes: isFailed },
  {
    filter: "going",
    label: words.going,
    passes: (s) => s === "Running" || s === "Retrying" || s === "Scheduled",
  },
  { filter: "open", label: words.open, passes: (s) => s === "Pending" },
  {
    filter: "skipped",
    label: words.skipped,
    passes: (s) => s === "Skipped" || s === "Cancelled",
  },
  {
    filter: "done",
    label: words.done,
    passes: (s) =>
      isFinal(s) && !isFailed(s) && s !== "Skipped" && s !== "Cancelled",
  },
];

/** The filters under which there is something, each with how much. */
export function elementFilters(
  children: Children,
): { filter: ElementFilter; label: string; count: number }[] {
  return filters
    .map(({ filter, label, passes }) => ({
      filter,
      label,
      count: countElements(children, passes),
    }))
    .filter(({ filter, count }) => filter === "all" || count > 0);
}

/** The indexes of the elements that pass a filter; undefined for all of them. */
export function filterElements(
  children: Children,
  filter: ElementFilter,
): readonly number[] | undefined {
  if (filter === "all") return undefined;
  const { passes } = filters.find((one) => one.filter === filter)!;
  const found: number[] = [];
  for (let at = 0; at < children.count; at += 1)
    if (passes(children.stateOf(at))) found.push(at);
  return found;
}
