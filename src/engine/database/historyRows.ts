import type { TaskNode } from "../../core/graph.ts";
import { attemptNumber } from "../../core/attemptNumber.ts";
import { countAttempts } from "../../core/run.ts";
import type { AttemptRecord, RunState, TaskRun } from "../../core/run.ts";
import type { LogLine } from "../services.ts";
import type { historyNames } from "./history.ts";
import type { RawValue } from "./sqlite.ts";

export type HistoryTable = (typeof historyNames)[number];

/** The tables of the history, by name, with their columns. */
export const historyTables: Readonly<Record<HistoryTable, string>> = {
  runs: "id TEXT, flow TEXT, state TEXT, message TEXT, parameters TEXT, started_at TEXT, ended_at TEXT, scheduled_at TEXT",
  tasks:
    "run TEXT, id TEXT, task TEXT, name TEXT, map_index INTEGER, state TEXT, message TEXT, attempts INTEGER, started_at TEXT, ended_at TEXT, result_size INTEGER",
  attempts:
    "run TEXT, id TEXT, map_index INTEGER, attempt INTEGER, state TEXT, message TEXT, started_at TEXT, ended_at TEXT",
  logs: "run TEXT, id TEXT, map_index INTEGER, attempt INTEGER, at TEXT, level TEXT, text TEXT",
};

/** The rows that tell of a run, each with its table; those of the log are not among them. */
export function* rowsOfRun(
  state: RunState,
): Generator<[Exclude<HistoryTable, "logs">, RawValue[]]> {
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
): Generator<["tasks" | "attempts", RawValue[]]> {
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
      countAttempts(task),
      timeText(task.startedAt),
      timeText(task.endedAt),
      task.size ?? null,
    ],
  ];
  for (const record of task.attempts) {
    const attempt = attemptNumber(task, record.attempt);
    if (attempt === undefined) continue;
    yield ["attempts", rowOfAttempt(run, id, index, { ...record, attempt })];
  }
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

/** The row of a line of a log; `indexOf` gives the index of an element of a map by its places, and `runOf` what is known of a task run. */
export function rowOfLine(
  line: LogLine,
  indexOf: (node: string, element: string) => number | undefined,
  runOf: (
    node: string,
    index?: number,
  ) => Pick<TaskRun, "attempts" | "fallbacks">,
): RawValue[] {
  const { run, node, element, at, level, text } = line;
  const index = element === undefined ? undefined : indexOf(node, element);
  // Whatever was first is the first.
  const attempt =
    line.attempt < 2
      ? line.attempt
      : countAttempts({ ...runOf(node, index), attempt: line.attempt });
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
