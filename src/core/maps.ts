/**
 * How a run of a mapped node is expanded into elements, level by level: when the lists that the level goes over are known,
 * which for the elements of another map is when that one is expanded. Hence depth first: element i of the second map starts
 * when element i of the first has ended.
 */
import type { TaskNumber } from "./events.ts";
import type { TaskNode, Template } from "./graph.ts";
import { depthIn, isRunByRun, visitRefs } from "./graphIndex.ts";
import { decideCleanup } from "./decisions.ts";
import { elementId, move } from "./schedulerState.ts";
import type { SchedulerState } from "./schedulerState.ts";
import type { State } from "./state.ts";
import { asked, flags } from "./taskTable.ts";
import {
  fatesOf,
  isTask,
  runFor,
  sourceOf,
  tell,
  upstreamOf,
} from "./upstreams.ts";

/** What is to be done with a run whose lists are there: they have to be counted, are so long, or there is nothing to go over. */
type MapDecision =
  | { type: "measure" }
  | { type: "expand"; count: number }
  | { type: "end"; state: State; message: string };

export function decideMap(
  state: SchedulerState,
  number: TaskNumber,
  node: TaskNode,
): MapDecision {
  const { table } = state;
  const path = table.path(number);
  if (node.cleanupOf !== undefined) {
    // As many as were set up.
    const setUp = runFor(
      state,
      { node: node.cleanupOf, each: path.length },
      path,
    );
    if (table.isExpanded(setUp))
      return { type: "expand", count: table.count[setUp]! };
    return decideCleanup(state, number, node.cleanupOf) as MapDecision;
  }
  const inputs = node.over[table.level[number]!]!;
  const runs = inputs.map(({ of }) => elementsOf(state, of, path));
  const sources = inputs.flatMap(({ of }, at) => {
    const run = runs[at];
    return run === undefined ? sourcesOf(state, of, path) : [run];
  });
  const source = path.length > 0 ? sourceOf(state, number) : undefined;
  if (source !== undefined) sources.push(source);
  const obstacle = findObstacle(state, number, node, sources);
  if (obstacle) return obstacle;
  if (!runs.every((run) => run !== undefined && table.isExpanded(run)))
    return { type: "measure" };
  const counts = runs.map((run) => table.count[run!]!);
  const other = counts.findIndex((count) => count !== counts[0]);
  if (other < 0) return { type: "expand", count: counts[0] ?? 0 };
  return {
    type: "end",
    state: "Failed",
    message: unequal(
      inputs[0]!.input,
      counts[0]!,
      inputs[other]!.input,
      counts[other]!,
    ),
  };
}

/** The run whose elements a list is, if it is the elements of another map. */
function elementsOf(
  state: SchedulerState,
  of: Template,
  path: readonly number[],
): TaskNumber | undefined {
  if (!isRunByRun(of, path.length, depthIn(state.index))) return undefined;
  return runFor(state, { node: of.node, each: path.length }, path);
}

/** The runs that a list is made of. Those of a flattened map answer for themselves, one by one. */
function sourcesOf(
  state: SchedulerState,
  of: Template,
  path: readonly number[],
): TaskNumber[] {
  if (flattenedMap(state, of, path) !== undefined) return [];
  const sources: TaskNumber[] = [];
  visitRefs(of, (source) => {
    if (isTask(state, source.node)) sources.push(runFor(state, source, path));
  });
  return sources;
}

/** Why a map cannot be expanded: there is nothing to go over, or something else was skipped. */
function findObstacle(
  state: SchedulerState,
  number: TaskNumber,
  node: TaskNode,
  sources: readonly TaskNumber[],
): (MapDecision & { type: "end" }) | undefined {
  const { table } = state;
  // The elements of another map are there to be gone over however they end.
  const listed = sources.filter((run) => !table.isExpanded(run));
  const fates = fatesOf(state, listed);
  if (fates.failed + fates.cancelled > 0)
    return {
      type: "end",
      state: "TriggerFailed",
      message: `Not started: there is nothing to map over, for ${tell(state, listed, ["failed", "cancelled"])}.`,
    };
  const skipped = (runs: readonly TaskNumber[]) =>
    ({
      type: "end",
      state: "Skipped",
      message: `Skipped, because ${tell(state, runs, ["skipped"])}.`,
    }) as const;
  if (fates.skipped > 0) return skipped(listed);
  if (!node.options.skipOnUpstreamSkip || node.operator?.type === "merge")
    return undefined;
  const others = upstreamOf(state, number).filter(
    (run) => !sources.includes(run) && !table.isExpanded(run),
  );
  const rest = fatesOf(state, others);
  return rest.skipped > 0 && rest.failed + rest.cancelled === 0
    ? skipped(others)
    : undefined;
}

/** That lists which are mapped over together are not equally long. */
export function unequal(
  one: string,
  length: number,
  other: string,
  otherLength: number,
): string {
  return `Cannot map over lists of different lengths: ${one} has ${length}, ${other} has ${otherLength}. Make them equally long, or write unmapped(...) around what is the same for every element.`;
}

/** The expanded run whose elements a list flattens, if it is that simple. */
export function flattenedMap(
  state: SchedulerState,
  of: Template,
  path: readonly number[],
): TaskNumber | undefined {
  if (of.type !== "flatten" || of.of.type !== "ref") return undefined;
  if (of.path.length > 0 || of.of.path.length > 0) return undefined;
  const { node, each = 0 } = of.of;
  if (!isTask(state, node)) return undefined;
  const run = runFor(state, { node, each }, path);
  return state.table.isExpanded(run) ? run : undefined;
}

/**
 * For each element of the list that a flattened map is, the run that it comes from.
 *
 * @param lengthOf how many elements the value of a run has that is no map itself; 1 if it is no list
 */
export function sourcesOfFlattened(
  { table }: SchedulerState,
  flattened: TaskNumber,
  lengthOf: (run: TaskNumber) => number,
): TaskNumber[] {
  const sources: TaskNumber[] = [];
  const first = table.first[flattened]!;
  for (let run = first; run < first + table.count[flattened]!; run += 1) {
    const isMap = table.isExpanded(run);
    const count = isMap ? table.count[run]! : lengthOf(run);
    for (let place = 0; place < count; place += 1)
      sources.push(isMap ? table.first[run]! + place : run);
  }
  return sources;
}

/** Makes the elements of a run. */
export function makeElements(
  state: SchedulerState,
  number: TaskNumber,
  count: number,
  sources: readonly TaskNumber[] | undefined,
): void {
  const { table, index } = state;
  if (table.state(number) === "Pending") move(state, number, "Running");
  table.startedAt[number] = state.now;
  table.setMessage(number, undefined);
  table.asked[number] = asked.nothing;
  table.expand(number, count);
  state.unfinished += count;
  const first = table.first[number]!;
  sources?.forEach((source, place) => {
    table.edit(first + place).source = source;
  });
  for (let run = first; run < first + count; run += 1)
    table.waiting[run] = countWaiting(state, run);
  if (state.attemptsBefore.size === 0) return;
  const { id } = index.nodes[table.node[number]!]!;
  for (let run = first; run < first + count; run += 1)
    countOn(state, run, elementId(id, table.path(run)));
}

/** Lets an element go on counting its attempts where it was before the last resumption. */
function countOn(state: SchedulerState, number: TaskNumber, id: string): void {
  const before = state.attemptsBefore.get(id);
  if (before === undefined) return;
  state.attemptsBefore.delete(id);
  state.table.attempt[number] = before.attempt;
  const details = state.table.edit(number);
  details.attemptsBefore = before.attempt;
  details.fallbacks = before.fallbacks;
  details.attempts = before.attempts;
}

/** How many of the things that a run waits for at its own level have not been told of yet. */
export function countWaiting(
  { table, index }: SchedulerState,
  number: TaskNumber,
): number {
  const node = table.node[number]!;
  const level = table.level[number]!;
  let count = 0;
  if (level === 0)
    for (let at = 0; at < index.needs.count(node); at += 1)
      if (!table.has(index.needs.at(node, at), isOver)) count += 1;
  const inside = index.mapNeeds[node];
  if (!inside) return count;
  const path = level === 0 ? [] : table.path(number);
  for (const dependency of inside) {
    if (dependency.level !== level) continue;
    const run = table.find(dependency.from, path, level);
    const isReady =
      table.has(run, isOver) ||
      (dependency.until === "expanded" &&
        table.level[run] === level &&
        table.has(run, flags.toldExpanded));
    if (!isReady) count += 1;
  }
  return count;
}

/** What the run leaves out is not waited for. */
const isOver = flags.toldEnd | flags.excluded;
