import { flowResult, leftOut } from "./flowResult.ts";
import type { NodeId } from "./graph.ts";
import { elementSize, reportLimit, resultSize } from "./reportLimit.ts";
import { countAttempts } from "./run.ts";
import type { RunState, TaskRun } from "./run.ts";
import { asSentence } from "./words.ts";

/** A flow run as the page API tells it: plain data, moments as ISO 8601 text. */
export interface RunReport {
  id: string;
  flow: string;
  state: string;
  message?: string;
  /** What the flow returned. */
  result?: unknown;
  parameters: Record<string, unknown>;
  startedAt: string;
  /** Missing while the run goes on. */
  endedAt?: string;
  tasks: TaskReport[];
}

/** A task run in a report. */
export interface TaskReport {
  id: NodeId;
  name: string;
  state: string;
  message?: string;
  /** How often the task was tried. */
  attempts: number;
  mapIndex?: number;
  startedAt?: string;
  endedAt?: string;
  result?: unknown;
  children?: {
    index: number;
    name?: string;
    state: string;
    message?: string;
    attempts: number;
    result?: unknown;
  }[];
}

/** The value of a node, as far as it is at hand; of a mapped one the values of its elements by their index. */
export interface NodeResult {
  value: unknown;
  elements?: ReadonlyMap<number, unknown>;
}

/** Tells a flow run. `results` are those at hand; the larger ones may be missing, and the report then says how large they are. */
export function toReport(
  state: RunState,
  results: ReadonlyMap<NodeId, NodeResult> = new Map(),
): RunReport {
  const report: RunReport = {
    id: state.run,
    flow: state.flow,
    state: state.state,
    parameters: { ...state.parameters },
    startedAt: isoText(state.startedAt),
    tasks: [],
  };
  if (state.endedAt !== undefined) report.endedAt = isoText(state.endedAt);
  for (const node of state.graph.nodes) {
    const task = state.tasks.get(node.id);
    if (!task) continue;
    const entry: TaskReport = {
      id: node.id,
      name: task.name ?? node.name,
      state: task.state,
      attempts: countAttempts(task),
    };
    const result = results.get(node.id);
    tell(entry, task, resultSize(task, result), result);
    if (task.startedAt !== undefined) entry.startedAt = isoText(task.startedAt);
    if (task.endedAt !== undefined) entry.endedAt = isoText(task.endedAt);
    const { children } = task;
    if (children)
      entry.children = Array.from({ length: children.count }, (_, index) => {
        const run = children.run(index);
        const child: NonNullable<TaskReport["children"]>[number] = {
          index,
          state: run.state,
          attempts: countAttempts(run),
        };
        if (run.name !== undefined) child.name = run.name;
        const value = result?.elements?.has(index)
          ? { value: result.elements.get(index) }
          : undefined;
        tell(child, run, elementSize(run, result, index), value);
        return child;
      });
    report.tasks.push(entry);
  }
  const { notes, ...result } = flowResult(state, results, {
    mostBytes: reportLimit,
  });
  Object.assign(report, result);
  const message = [state.message, ...notes].reduce(join, undefined);
  if (message !== undefined) report.message = message;
  return report;
}

/** Says of a task run what its message and its result are, which is of that size. */
function tell(
  entry: { message?: string; result?: unknown },
  run: TaskRun,
  size: number,
  result: { value: unknown } | undefined,
): void {
  const isTooLarge = size > reportLimit;
  const message = join(
    run.message,
    isTooLarge ? leftOut("The result", size) : undefined,
  );
  if (message !== undefined) entry.message = message;
  if (result && !isTooLarge) entry.result = result.value;
}

function join(
  one: string | undefined,
  other: string | undefined,
): string | undefined {
  return one !== undefined && other !== undefined
    ? `${asSentence(one)} ${other}`
    : (one ?? other);
}

let last = { at: NaN, text: "" };

/** Thousands of small tasks start and end within a few milliseconds, one after the other. */
function isoText(at: number): string {
  if (last.at !== at) last = { at, text: new Date(at).toISOString() };
  return last.text;
}
