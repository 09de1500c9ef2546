/** Rows of the history, made of what is stored of runs. Loaded when a query first speaks of the history. */
import type { TaskNode } from "../../core/graph.ts";
import type { AttemptRecord, RunState, TaskRun } from "../../core/run.ts";
import { replay } from "../../core/scheduler.ts";
import { snapshot } from "../../core/snapshot.ts";
import { upgradeEvents } from "../../core/upgrade.ts";
import type { LogLine } from "../services.ts";
import type { HistoryRow } from "./historyTables.ts";
import type { RawValue } from "./sqlite.ts";

type StoredEvents = Parameters<typeof upgradeEvents>[0];

/** The rows that the events of a run add up to; those of the log are not among them. */
export function rowsOfRun(stored: StoredEvents): Iterable<HistoryRow> {
  const state = stateOf(stored);
  return state ? rowsOfState(state) : [];
}

/** The rows of the lines of a run's log; its events are asked for where they say which element of a map a line is of. */
export async function rowsOfLog(
  lines: readonly LogLine[],
  events: () => Promise<StoredEvents>,
): Promise<HistoryRow[]> {
  const isNested = lines.some(({ element }) => element?.includes("."));
  const state = isNested ? stateOf(await events()) : undefined;
  const indexes = new Map<string, ReadonlyMap<string, number>>();
  const indexOf = (node: string, element: string): number | undefined => {
    if (!element.includes(".")) return Number(element);
    let known = indexes.get(node);
    if (!known) indexes.set(node, (known = elementsOf(state, node)));
    return known.get(element);
  };
  return lines.map((line) => ["logs", rowOfLine(line, indexOf)] as const);
}

/** What the events of a run add up to; undefined if they add up to nothing. */
function stateOf(stored: StoredEvents): RunState | undefined {
  const events = upgradeEvents(stored);
  try {
    return snapshot(replay(events));
  } catch {
    return undefined;
  }
}

/** The index of each element of a mapped task, by its places. */
function elementsOf(
  state: RunState | undefined,
  node: string,
): Map<string, number> {
  const children = state?.tasks.get(node)?.children;
  return new Map(
    Array.from({ length: children?.count ?? 0 }, (_, index) => [
      children!.pathOf(index).join("."),
      index,
    ]),
  );
}

function* rowsOfState(state: RunState): Generator<HistoryRow> {
  yield [
    "runs",
    [
      state.run,
      state.flow,
      state.state,
      state.message ?? null,
      jsonText(state.parameters),
      timeText(state.startedAt),
      timeText(state.endedAt),
      timeText(state.scheduledAt),
    ],
  ];
  for (const [id, task] of state.tasks) {
    const node = state.graph.nodes[state.numberOf(id) ?? -1];
    if (node?.kind !== "task") continue;
    yield* rowsOfTask(state.run, node, node.name, null, task);
    const { children } = task;
    for (let index = 0; index < (children?.count ?? 0); index += 1) {
      const places = children!.pathOf(index).map((place) => `[${place}]`);
      const name = `${node.name}${places.join("")}`;
      yield* rowsOfTask(state.run, node, name, index, children!.run(index));
    }
  }
}

function* rowsOfTask(
  run: string,
  { id, task: called }: TaskNode,
  name: string,
  index: number | null,
  task: TaskRun,
): Generator<HistoryRow> {
  yield [
    "tasks",
    [
      run,
      id,
      called,
      task.name ?? name,
      index,
      task.state,
      task.message ?? null,
      task.attempt,
      timeText(task.startedAt),
      timeText(task.endedAt),
      task.size ?? null,
    ],
  ];
  for (const attempt of task.attempts)
    yield ["attempts", rowOfAttempt(run, id, index, attempt)];
}

function rowOfAttempt(
  run: string,
  id: string,
  index: number | null,
  { attempt, state, message, startedAt, endedAt }: AttemptRecord,
): RawValue[] {
  return [
    run,
    id,
    index,
    attempt,
    state,
    message ?? null,
    timeText(startedAt),
    timeText(endedAt),
  ];
}

/** The row of a line of a log; `indexOf` gives the index of an element of a map by its places. */
function rowOfLine(
  line: LogLine,
  indexOf: (node: string, element: string) => number | undefined,
): RawValue[] {
  const { run, node, element, attempt, at, level, text } = line;
  const index = element === undefined ? undefined : indexOf(node, element);
  return [run, node, index ?? null, attempt, timeText(at), level, text];
}

/** ISO 8601; null where there is no moment that it could say. */
function timeText(at: number | undefined): string | null {
  const moment = new Date(at ?? NaN);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}

function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "bigint" ? String(part) : part,
  );
}
