/**
 * When a task run's turn comes, and what its end means for others.
 *
 * A task run is looked at when the last of what it waits for is ready, and never before: each keeps count. What the whole
 * node waits for is counted at the node's own run; what its elements wait for, one by one, at theirs. So the end of a task
 * costs as much as it has followers, whatever the size of the graph.
 *
 * A run that has ended, or has been expanded, is told of once; until then whoever counts what it waits for counts it as not
 * ready. So several runs may be final before the first of them is told of.
 */
import { beginExpanded } from "./flowTime.ts";
import { decideRun, isAnyElement } from "./decisions.ts";
import type { Verdict } from "./decisions.ts";
import type { Command, TaskNumber, Time } from "./events.ts";
import type { TaskNode } from "./graph.ts";
import type { MapDependency } from "./graphIndex.ts";
import { judge } from "./judge.ts";
import { decideMap, makeElements } from "./maps.ts";
import { ask } from "./places.ts";
import {
  close,
  move,
  nameOfRun,
  noFates,
  nodeOf,
  setActive,
  totalOf,
} from "./schedulerState.ts";
import type { SchedulerState } from "./schedulerState.ts";
import type { State } from "./state.ts";
import { asked, flags } from "./taskTable.ts";
import { listNames } from "./words.ts";

/** What is to be told of: runs that ended, and of those that were expanded the complement of the number. */
type News = TaskNumber[];

/** Makes a task run final, and all those that this decides: they start, or are final too. */
export function finish(
  state: SchedulerState,
  number: TaskNumber,
  to: State,
  message: string | undefined,
  at: Time,
  commands: Command[],
): void {
  close(state, number, to, message, at);
  propagate(state, [number], commands);
}

/** Tells of runs that are now final, or expanded, and of those that this made so; the list grows while it is gone through. */
export function propagate(
  state: SchedulerState,
  news: News,
  commands: Command[],
): void {
  const { table, index } = state;
  for (const one of news) {
    if (one < 0) {
      tellExpanded(state, ~one, commands, news);
      continue;
    }
    table.raise(one, flags.toldEnd);
    const parent = table.parent[one]!;
    if (parent >= 0 && --table.open[parent]! === 0 && !table.isFinal(parent)) {
      closeMap(state, parent);
      news.push(parent);
    }
    const node = table.node[one]!;
    const inside = index.mapNeededBy[node];
    if (inside) tellInside(state, one, inside, commands, news);
    if (table.level[one] !== 0) continue;
    const { neededBy } = index;
    for (let at = 0; at < neededBy.count(node); at += 1)
      ready(state, neededBy.at(node, at), commands, news);
  }
}

/** Tells those runs of maps that wait for this run in particular. */
function tellInside(
  state: SchedulerState,
  run: TaskNumber,
  dependencies: readonly MapDependency[],
  commands: Command[],
  news: News,
): void {
  const { table } = state;
  const level = table.level[run]!;
  const wasExpanded = table.isExpanded(run);
  const path = table.path(run);
  // The deepest first: a run that is expanded on the way counts for itself.
  for (const dependency of dependencies) {
    if (dependency.level < level) continue;
    const follower = table.find(dependency.to, path, level);
    if (table.level[follower] !== level) continue;
    if (dependency.level > level) {
      // Elements that were kept by a resumption wait for elements that there will not be.
      if (!wasExpanded)
        table.forEachAt(dependency.level, follower, (element) =>
          ready(state, element, commands, news),
        );
    } else if (dependency.until === "final" || !wasExpanded)
      ready(state, follower, commands, news);
  }
}

function tellExpanded(
  state: SchedulerState,
  run: TaskNumber,
  commands: Command[],
  news: News,
): void {
  const { table, index } = state;
  table.raise(run, flags.toldExpanded);
  const dependencies = index.mapNeededBy[table.node[run]!];
  if (!dependencies) return;
  const level = table.level[run]!;
  const path = table.path(run);
  for (const dependency of dependencies) {
    if (dependency.until !== "expanded" || dependency.level !== level) continue;
    const follower = table.find(dependency.to, path, level);
    if (table.level[follower] === level) ready(state, follower, commands, news);
  }
}

/** One thing less that a run waits for. */
function ready(
  state: SchedulerState,
  number: TaskNumber,
  commands: Command[],
  news: News,
): void {
  const { table } = state;
  if (--table.waiting[number]! > 0 || table.isFinal(number)) return;
  if (table.has(number, flags.excluded)) return;
  if (!table.isExpanded(number)) {
    openRun(state, number, commands, news);
    return;
  }
  // A resumption kept its elements; they waited for it, see `hold`.
  const first = table.first[number]!;
  const end = first + table.count[number]!;
  for (let run = first; run < end; run += 1) ready(state, run, commands, news);
}

/** Lets the elements that a resumption kept wait for what the map as a whole waits for. */
export function hold({ table }: SchedulerState, number: TaskNumber): void {
  const first = table.first[number]!;
  const end = first + table.count[number]!;
  for (let run = first; run < end; run += 1) table.waiting[run]! += 1;
}

function closeMap(state: SchedulerState, number: TaskNumber): void {
  close(state, number, "Mapped", tellElements(state, number), state.now);
}

/** `1 of 3 failed`: how the elements of a map ended, if not all succeeded. */
export function tellElements(
  state: SchedulerState,
  number: TaskNumber,
): string | undefined {
  const fates = state.table.details(number)?.fates ?? noFates();
  const total = totalOf(fates);
  const parts: string[] = [];
  if (fates.failed > 0) parts.push(`${fates.failed} of ${total} failed`);
  if (fates.skipped > 0) parts.push(`${fates.skipped} of ${total} skipped`);
  if (fates.cancelled > 0)
    parts.push(`${fates.cancelled} of ${total} cancelled`);
  return parts.length > 0 ? `${parts.join(", ")}.` : undefined;
}

/** Decides about a run that waits for nothing any more. */
export function openRun(
  state: SchedulerState,
  number: TaskNumber,
  commands: Command[],
  news: News,
): void {
  const node = nodeOf(state, number);
  // Whatever was set up is cleaned up all the same.
  if (state.cancelRequested && node.cleanupOf === undefined) {
    const message = "Cancelled before it started.";
    close(state, number, "Cancelled", message, state.now);
    state.isCutShort = true;
    news.push(number);
  } else if (state.table.level[number]! < node.over.length)
    openMap(state, number, node, commands, news);
  else carryOut(state, number, decideRun(state, number, node), commands, news);
}

function openMap(
  state: SchedulerState,
  number: TaskNumber,
  node: TaskNode,
  commands: Command[],
  news: News,
): void {
  const decision = decideMap(state, number, node);
  switch (decision.type) {
    case "measure":
      setActive(state, number, true);
      state.table.asked[number] = asked.answer;
      commands.push({ type: "map-task", task: number, attempt: 0 });
      return;
    case "expand":
      expand(state, number, decision.count, undefined, commands, news);
      return;
    case "end":
      close(state, number, decision.state, decision.message, state.now);
      news.push(number);
  }
}

/** Makes the elements of a run, and opens those that wait for nothing. */
export function expand(
  state: SchedulerState,
  number: TaskNumber,
  count: number,
  sources: readonly TaskNumber[] | undefined,
  commands: Command[],
  news: News,
): void {
  const { table } = state;
  setActive(state, number, false);
  makeElements(state, number, count, sources);
  beginExpanded(state, number, commands);
  news.push(~number);
  if (count > 0)
    openElements(state, table.first[number]!, count, commands, news);
  else {
    closeMap(state, number);
    news.push(number);
  }
}

/** Opens those of the new elements of a run that wait for nothing; where nothing tells them apart, one is decided about for all. */
function openElements(
  state: SchedulerState,
  first: TaskNumber,
  count: number,
  commands: Command[],
  news: News,
): void {
  const { table } = state;
  const node = nodeOf(state, first);
  const areAlike = !state.cancelRequested && isAnyElement(state, first, node);
  let verdict: Verdict | undefined;
  for (let run = first; run < first + count; run += 1) {
    if (table.waiting[run]! > 0) continue;
    if (areAlike)
      carryOut(
        state,
        run,
        (verdict ??= decideRun(state, run, node)),
        commands,
        news,
      );
    else openRun(state, run, commands, news);
  }
}

/** Does what a decision says. */
export function carryOut(
  state: SchedulerState,
  number: TaskNumber,
  decision: Verdict,
  commands: Command[],
  news: News,
): void {
  switch (decision.type) {
    case "start":
      ask(state, number, commands);
      return;
    case "ask":
      setActive(state, number, true);
      state.table.asked[number] = asked.answer;
      commands.push({ type: "ask-trigger", task: number, attempt: 0 });
      return;
    case "pause":
      setActive(state, number, false);
      state.table.asked[number] = asked.nothing;
      move(state, number, "Paused");
      state.table.setMessage(number, decision.message);
      return;
    case "end":
      close(state, number, decision.state, decision.message, state.now);
      news.push(number);
  }
}

/** Once every task is final, so is the run; while what is left waits for people, it is Paused. */
export function settle(state: SchedulerState): void {
  if (state.unfinished > 0) {
    const isAtRest = state.active === 0 && state.paused > 0;
    state.state = isAtRest ? "Paused" : "Running";
    state.message = isAtRest ? tellPaused(state) : undefined;
    return;
  }
  const verdict = judge(state);
  state.state = verdict.state;
  state.message = verdict.message;
  state.endedAt = state.now;
}

/** So many of the tasks that wait for a person are named. */
const mostPaused = 3;

function tellPaused(state: SchedulerState): string {
  const { table, paused } = state;
  // Tasks of one name are told apart by nothing.
  const names = new Set<string>();
  for (let run = 0; run < table.size && names.size < mostPaused; run += 1)
    if (table.state(run) === "Paused") names.add(nameOfRun(state, run));
  const named = listNames([...names]);
  if (paused === 1) return `${named} waits for a person.`;
  const such = paused > mostPaused ? ", such as" : ":";
  return `${paused} tasks wait for a person${such} ${named}.`;
}

// What an engine asks about a run that it works on.
export { optionsOf } from "./decisions.ts";
export { flattenedMap, sourcesOfFlattened, unequal } from "./maps.ts";
export { upstreamOf } from "./upstreams.ts";
