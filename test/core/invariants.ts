/** What is true of a run after every event, found out the long way round. */
import { expect } from "vitest";
import type { Command, RunEvent, TaskNumber } from "../../src/core/events.ts";
import type { NodeId, Source } from "../../src/core/graph.ts";
import { isRunByRun, visitRefs } from "../../src/core/graphIndex.ts";
import type { SchedulerState } from "../../src/core/scheduler.ts";
import { noFates, nodeOf } from "../../src/core/schedulerState.ts";
import { fateOf, flags } from "../../src/core/taskTable.ts";
import { runName } from "./simulate.ts";

/** All task runs. */
export function runsOf({ table, index }: SchedulerState): TaskNumber[] {
  return Array.from({ length: table.size }, (_, number) => number).filter(
    (number) => index.nodes[table.node[number]!]!.kind === "task",
  );
}

/** The runs that must have ended before a run begins; with `withLists`, for one that ended without elements, also the map that it goes over. */
export function neededBy(
  state: SchedulerState,
  number: TaskNumber,
  withLists = false,
): TaskNumber[] {
  const { table, index } = state;
  const node = nodeOf(state, number);
  const path = table.path(number);
  const found: TaskNumber[] = [];
  const need = ({ node: id, each }: Source) => {
    const start = index.numberOf.get(id)!;
    if (index.nodes[start]!.kind !== "task") return;
    let run = start;
    for (const place of path.slice(0, each)) {
      if (table.first[run]! < 0) break;
      run = table.first[run]! + place;
    }
    found.push(run);
  };
  const depthOf = (id: NodeId) => {
    const other = index.nodes[index.numberOf.get(id)!]!;
    return other.kind === "task" ? other.over.length : 0;
  };
  node.over.slice(0, path.length + 1).forEach((inputs, level) => {
    for (const { of } of inputs)
      if (!isRunByRun(of, level, depthOf)) visitRefs(of, need);
      else if (withLists && level === path.length)
        need({ node: of.node, each: level });
  });
  const needHere = (source: Source) => {
    if (source.each <= path.length) need(source);
  };
  for (const arg of node.args) visitRefs(arg, needHere, false);
  node.waitFor.forEach(needHere);
  if (node.operator?.type === "merge")
    for (const guard of node.operator.guards) if (guard) needHere(guard);
  if (node.operator?.type === "flow") node.operator.reference.forEach(needHere);
  return found;
}

/** Watches a run; gives what is to be asked after each event. */
export function watch(): (
  state: SchedulerState,
  event: RunEvent,
  commands: readonly Command[],
) => void {
  let exempt = new Set<TaskNumber>();
  const asked = new Set<string>();
  const starts = new Map<string, number[]>();
  return (state, event, commands) => {
    if (event.type === "run-started" || event.type === "run-resumed") {
      // What was reused or kept was not started here.
      const { table } = state;
      exempt = new Set(
        runsOf(state).filter(
          (run) =>
            table.isExpanded(run) ||
            (table.isFinal(run) && !Number.isNaN(table.endedAt[run])),
        ),
      );
      asked.clear();
    }
    checkCounts(state);
    checkOrder(state, exempt);
    for (const command of commands) {
      if (command.type !== "start-attempt") continue;
      const name = `${command.task}#${command.attempt}`;
      expect(asked.has(name)).toBe(false);
      asked.add(name);
      checkRates(state, command.task, starts);
    }
    checkLimits(state);
  };
}

/** A run begins only when all that it needs has ended; a cancellation need not wait for that. */
function checkOrder(
  state: SchedulerState,
  exempt: ReadonlySet<TaskNumber>,
): void {
  const { table } = state;
  for (const run of runsOf(state)) {
    const now = table.state(run);
    if (now === "Pending" || now === "Cancelled" || exempt.has(run)) continue;
    // A sub-flow is Running with its first task; its own attempt, which gathers the value, comes last.
    const isFlow = nodeOf(state, run).operator?.type === "flow";
    const isUnderWay = now === "Running" || now === "Crashed";
    if (isFlow && isUnderWay && table.asked[run] === 0) continue;
    for (const needed of neededBy(state, run)) {
      if (table.isFinal(needed) || table.has(needed, flags.excluded)) continue;
      expect(
        `${runName(state, run)} is ${now}, ${runName(state, needed)} is ${table.state(needed)}`,
      ).toBe("in order");
    }
  }
}

/** What is counted on the way is what there is. */
function checkCounts(state: SchedulerState): void {
  const { table } = state;
  const runs = runsOf(state);
  const isIncluded = (run: TaskNumber) => !table.has(run, flags.excluded);
  const count = (which: (run: TaskNumber) => boolean) =>
    runs.filter(which).length;
  expect({
    unfinished: state.unfinished,
    active: state.active,
    paused: state.paused,
  }).toEqual({
    unfinished: count((run) => isIncluded(run) && !table.isFinal(run)),
    active: count((run) => table.has(run, flags.active)),
    paused: count((run) => table.state(run) === "Paused"),
  });
  for (const run of runs) {
    if (!table.isExpanded(run)) continue;
    const first = table.first[run]!;
    const elements = runs.filter(
      (one) => one >= first && one < first + table.count[run]!,
    );
    const fates = noFates();
    table.forEachLeaf(run, (leaf) => {
      if (table.isFinal(leaf) && !table.isExpanded(leaf))
        fates[fateOf(table.state(leaf))] += 1;
    });
    expect(table.details(run)?.fates ?? noFates()).toEqual(fates);
    if (state.state !== "Crashed")
      expect(table.open[run]).toBe(
        elements.filter((one) => !table.isFinal(one)).length,
      );
  }
}

function limitsOf(state: SchedulerState, run: TaskNumber) {
  const node = nodeOf(state, run);
  if (node.operator) return [];
  const names = [
    `task ${node.task}`,
    ...node.options.tags.map((tag) => `tag ${tag}`),
  ];
  return state.graph.settings.limits.filter(({ of }) => names.includes(of));
}

function checkLimits(state: SchedulerState): void {
  const { table } = state;
  const inUse = new Map<string, number>();
  for (const run of runsOf(state)) {
    if (table.asked[run]! <= 0 || table.state(run) === "Paused") continue;
    for (const { of } of limitsOf(state, run))
      inUse.set(of, (inUse.get(of) ?? 0) + 1);
  }
  for (const { of, atOnce } of state.graph.settings.limits)
    if (atOnce !== undefined)
      expect(inUse.get(of) ?? 0).toBeLessThanOrEqual(atOnce);
}

function checkRates(
  state: SchedulerState,
  run: TaskNumber,
  starts: Map<string, number[]>,
): void {
  for (const { of, starts: most, per } of limitsOf(state, run)) {
    if (most === undefined || per === undefined) continue;
    const times = starts.get(of) ?? [];
    times.push(state.now);
    starts.set(of, times);
    const since = state.now - per;
    expect(times.filter((time) => time > since).length).toBeLessThanOrEqual(
      most,
    );
  }
}
