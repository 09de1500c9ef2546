import { EngineBug } from "./errors.ts";
import type { Keep, RunEvent, TaskNumber } from "./events.ts";
import type { NodeId } from "./graph.ts";
import { flowsAround } from "./graphIndex.ts";
import { elementKey } from "./resultKeys.ts";
import type { ElementKeys, ResultKeys } from "./resultKeys.ts";
import type { AttemptRecord } from "./run.ts";
import { countFate, elementId, makeState, nodeOf } from "./schedulerState.ts";
import type { SchedulerState } from "./schedulerState.ts";
import { sparedByMarks } from "./spared.ts";
import { hasResult, isFinal } from "./state.ts";
import { flags } from "./taskTable.ts";
import type { TaskTable } from "./taskTable.ts";

/** The state of a run that goes on: what is kept or left is as it was, all else is Pending; nothing has been started yet. */
export function resume(
  before: SchedulerState,
  event: RunEvent & { type: "run-resumed" },
): SchedulerState {
  if (!isFinal(before.state))
    throw new EngineBug(`The run ${before.run} was resumed while it ran.`);
  const state = makeState({
    run: before.run,
    flow: before.flow,
    graph: event.graph,
    keys: event.keys,
    parameters: event.parameters,
    startedAt: before.startedAt,
    scheduledAt: before.scheduledAt,
    seed: before.seed,
    now: before.now,
  });
  for (const [id, counted] of before.attemptsBefore)
    state.attemptsBefore.set(id, counted);
  const keptBy = new Map(event.kept.map((keep) => [keep.node, keep]));
  const movedTo = new Map(event.kept.map(({ from, node }) => [from, node]));
  const left = new Set(event.left);
  /** What became of a node stays to be seen, if it was over and has not moved to another; true if so. */
  const leave = (id: NodeId, number: TaskNumber): boolean => {
    const earlier = before.index.numberOf.get(id);
    const isOver =
      earlier !== undefined &&
      before.table.isFinal(earlier) &&
      !movedTo.has(id);
    if (isOver) new Kept(before, state, movedTo).leave(earlier, number);
    return isOver;
  };
  state.index.nodes.forEach((node, number) => {
    if (node.kind === "parameter") return;
    state.changed.push(number);
    state.table.raise(number, flags.changed);
    const keep = keptBy.get(node.id);
    if (keep) {
      new Kept(before, state, movedTo).keep(number, keep);
      return;
    }
    if (left.has(node.id)) {
      if (!leave(node.id, number)) state.table.raise(number, flags.excluded);
      return;
    }
    const earlier = before.index.numberOf.get(node.id);
    if (earlier === undefined) return;
    if (node.over.length > 0) rememberAttempts(before, state, earlier, node.id);
    else if (before.table.attempt[earlier]! > 0)
      countOn(before, state, earlier, number, !movedTo.has(node.id));
  });
  const { table, index } = state;
  for (const number of sparedByMarks(
    index,
    (flow) => table.has(flow, flags.marked),
    (inner) => keptBy.has(index.nodes[inner]!.id),
  )) {
    leave(index.nodes[number]!.id, number);
    table.raise(number, flags.excluded);
  }
  return state;
}

/** A task that runs again goes on counting its attempts, so that a number never means two. */
function countOn(
  before: SchedulerState,
  state: SchedulerState,
  from: TaskNumber,
  to: TaskNumber,
  withRecords: boolean,
): void {
  const attempt = before.table.attempt[from]!;
  state.table.attempt[to] = attempt;
  const details = state.table.edit(to);
  details.attemptsBefore = attempt;
  details.fallbacks = fallbacksOf(before, from);
  details.attempts = withRecords ? endedAttempts(before, from) : [];
}

/** The same for elements that there will be only when their map is expanded. */
function rememberAttempts(
  before: SchedulerState,
  state: SchedulerState,
  from: TaskNumber,
  node: NodeId,
): void {
  const { table } = before;
  table.forEachLeaf(from, (leaf) => {
    const attempt = table.attempt[leaf]!;
    if (attempt === 0) return;
    const attempts = endedAttempts(before, leaf);
    const id = elementId(node, table.path(leaf));
    const fallbacks = fallbacksOf(before, leaf);
    state.attemptsBefore.set(id, { attempt, attempts, fallbacks });
  });
}

/** Which numbers were the fallback's. One that was asked for and never began leaves its number to the next attempt. */
function fallbacksOf(
  { table }: SchedulerState,
  number: TaskNumber,
): readonly number[] | undefined {
  const attempt = table.attempt[number]!;
  return table.details(number)?.fallbacks?.filter((one) => one <= attempt);
}

/** The attempts that there were; one that waited for a person was over at the latest when the run was. */
function endedAttempts(
  before: SchedulerState,
  number: TaskNumber,
): AttemptRecord[] {
  return attemptsOf(before, number).map((record) => ({
    ...record,
    endedAt: record.endedAt ?? before.endedAt,
  }));
}

/** The attempts of a task run, as they are to be shown. */
export function attemptsOf(
  state: SchedulerState,
  number: TaskNumber,
): AttemptRecord[] {
  const { table } = state;
  const listed = table.details(number)?.attempts;
  if (listed) return listed.map((record) => ({ ...record }));
  const attempt = table.attempt[number]!;
  const startedAt = table.startedAt[number]!;
  if (attempt === 0 || Number.isNaN(startedAt) || table.isExpanded(number))
    return [];
  const endedAt = table.endedAt[number]!;
  return [
    {
      attempt,
      startedAt,
      endedAt: Number.isNaN(endedAt) ? undefined : endedAt,
      state: table.state(number),
      message: table.details(number)?.message,
    },
  ];
}

/** Takes over what is kept of a node. */
class Kept {
  readonly #before: SchedulerState;
  readonly #state: SchedulerState;
  readonly #movedTo: ReadonlyMap<NodeId, NodeId>;
  #leaves: ReadonlySet<number> = new Set();
  /** How many innermost runs have been looked at. */
  #seen = 0;
  /** Whether what has no result stays as well. */
  #isLeft = false;

  constructor(
    before: SchedulerState,
    state: SchedulerState,
    movedTo: ReadonlyMap<NodeId, NodeId>,
  ) {
    this.#before = before;
    this.#state = state;
    this.#movedTo = movedTo;
  }

  keep(number: TaskNumber, { from, leaves }: Keep): void {
    const source = this.#before.index.numberOf.get(from);
    if (source === undefined)
      throw new EngineBug(`${from} has no result to be kept.`);
    if (!leaves) {
      this.#keepRun(source, number);
      return;
    }
    this.#leaves = new Set(leaves);
    this.#keepElements(source, number);
  }

  /** Takes over all of a run that has ended, however that was. */
  leave(source: TaskNumber, number: TaskNumber): void {
    this.#isLeft = true;
    const count = countLeaves(this.#before.table, source);
    this.#leaves = new Set(Array(count).keys());
    this.#keepTree(source, number);
  }

  /** True if all of a run is kept. */
  #keepTree(from: TaskNumber, to: TaskNumber): boolean {
    const { table } = this.#before;
    if (!table.isExpanded(from)) {
      if (this.#leaves.has(this.#seen++)) {
        this.#keepRun(from, to);
        return true;
      }
      if (table.attempt[from]! > 0)
        countOn(this.#before, this.#state, from, to, true);
      return false;
    }
    const count = countLeaves(table, from);
    let isKept = false;
    for (let at = this.#seen; at < this.#seen + count; at += 1)
      isKept ||= this.#leaves.has(at);
    if (isKept) {
      if (table.count[from] === 0) this.#seen += 1;
      return this.#keepElements(from, to);
    }
    // It is expanded anew: the list may be another one.
    this.#seen += count;
    const { id } = this.#state.index.nodes[this.#state.table.node[to]!]!;
    rememberAttempts(this.#before, this.#state, from, id);
    return false;
  }

  #keepElements(from: TaskNumber, to: TaskNumber): boolean {
    const { table } = this.#state;
    const earlier = this.#before.table;
    const count = earlier.count[from]!;
    table.expand(to, count);
    let isWhole = true;
    for (let place = 0; place < count; place += 1) {
      const element = table.first[to]! + place;
      const before = earlier.first[from]! + place;
      if (this.#keepTree(before, element)) table.open[to]! -= 1;
      else isWhole = false;
      // What stays whatever becomes of others waits for none of them.
      if (!this.#isLeft) this.#keepSource(before, element);
    }
    table.startedAt[to] = earlier.startedAt[from]!;
    table.setState(to, isWhole ? "Mapped" : "Running");
    table.setTies(to, earlier.details(from) ?? {});
    if (!isWhole) return false;
    table.endedAt[to] = earlier.endedAt[from]!;
    table.bytes[to] = earlier.bytes[from]!;
    const { fates: _, source: __, ...rest } = earlier.details(from) ?? {};
    Object.assign(table.edit(to), rest);
    return true;
  }

  /** The run that an element of a flattened map comes from was kept before it. */
  #keepSource(from: TaskNumber, to: TaskNumber): void {
    const { table, index } = this.#before;
    const source = table.details(from)?.source;
    if (source === undefined) return;
    const { id } = index.nodes[table.node[source]!]!;
    const node = this.#state.index.numberOf.get(this.#movedTo.get(id) ?? id);
    if (node === undefined) return;
    const path = table.path(source);
    this.#state.table.edit(to).source = this.#state.table.find(
      node,
      path,
      path.length,
    );
  }

  #keepRun(from: TaskNumber, to: TaskNumber): void {
    const { table } = this.#before;
    if (
      !this.#isLeft &&
      !hasResult(table.state(from)) &&
      table.state(from) !== "Skipped" &&
      !isSpared(this.#before, from)
    )
      throw new EngineBug(`Task ${from} has no result to be kept.`);
    const kept = this.#state.table;
    kept.setState(to, table.state(from));
    kept.attempt[to] = table.attempt[from]!;
    kept.startedAt[to] = table.startedAt[from]!;
    kept.endedAt[to] = table.endedAt[from]!;
    kept.bytes[to] = table.bytes[from]!;
    if (table.has(from, flags.fallback)) kept.raise(to, flags.fallback);
    if (table.has(from, flags.marked)) kept.raise(to, flags.marked);
    const details = table.details(from);
    if (details) {
      const { fates: _, source: __, ...rest } = details;
      Object.assign(kept.edit(to), rest);
    }
    countFate(this.#state, to);
    // The key may be another (calls in another order); the result stays where it is.
    const key = resultKeyOf(this.#before, from);
    if (key !== resultKeyOf(this.#state, to)) kept.edit(to).resultKey = key;
  }
}

/** Whether a run stays as it ended, for what it is part of was given by hand. */
function isSpared(state: SchedulerState, number: TaskNumber): boolean {
  const { table, index } = state;
  const node = nodeOf(state, number);
  return flowsAround(index, node, table.path(number)).some(({ flow, path }) =>
    table.has(table.find(flow, path, path.length), flags.marked),
  );
}

/** How many innermost runs there are; a map over nothing inside another one is one too. */
function countLeaves(table: TaskTable, number: TaskNumber): number {
  const first = table.first[number]!;
  const count = table.count[number]!;
  if (first < 0 || count === 0) return 1;
  let leaves = 0;
  for (let run = first; run < first + count; run += 1)
    leaves += countLeaves(table, run);
  return leaves;
}

/** The key under which the result of a task run is kept. */
export function resultKeyOf(state: SchedulerState, number: TaskNumber): string {
  const { table } = state;
  const own = table.details(number)?.resultKey;
  if (own !== undefined) return own;
  const { id } = state.index.nodes[table.node[number]!]!;
  const key = state.keys[id] ?? "";
  const level = table.level[number]!;
  if (level === 0) return key;
  // A map's elements are many, and nested maps few.
  const place = level === 1 ? table.place[number]! : table.path(number);
  return elementKey(key, place);
}

/** The keys of several task runs. */
export function resultKeysOf(
  state: SchedulerState,
  runs: readonly { readonly number: TaskNumber }[],
): ResultKeys {
  const { table } = state;
  const keys: (string | ElementKeys)[] = [];
  for (let at = 0; at < runs.length;) {
    const first = runs[at]!.number;
    const map = table.parent[first]!;
    const places: number[] = [];
    // Only a key of its own is not that of its place.
    for (; at + places.length < runs.length;) {
      const { number } = runs[at + places.length]!;
      const isElement = table.level[number] === 1;
      if (!isElement || table.parent[number] !== map) break;
      if (table.details(number)?.resultKey !== undefined) break;
      places.push(table.place[number]!);
    }
    at += Math.max(1, places.length);
    keys.push(
      places.length > 0
        ? { of: resultKeyOf(state, map), places: Int32Array.from(places) }
        : resultKeyOf(state, first),
    );
  }
  return keys;
}
