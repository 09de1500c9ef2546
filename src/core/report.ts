import { FlowError } from "./errors.ts";
import type { NodeId } from "./graph.ts";
import type { RunState, TaskRun } from "./run.ts";
import { hasResult, isFinal } from "./state.ts";
import { Absent, refsOf, resolveTemplate } from "./template.ts";
import { asSentence, formatSize } from "./words.ts";

/** Results larger than this many bytes are left out of reports. */
export const reportLimit = 1_000_000;

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
      attempts: triesOf(task),
    };
    const message = join(task.message, leftOut([task.size ?? 0]));
    if (message !== undefined) entry.message = message;
    if (task.startedAt !== undefined) entry.startedAt = isoText(task.startedAt);
    if (task.endedAt !== undefined) entry.endedAt = isoText(task.endedAt);
    const result = results.get(node.id);
    if (result && !isTooLarge(task.size)) entry.result = result.value;
    const { children } = task;
    if (children)
      entry.children = Array.from({ length: children.count }, (_, index) => {
        const run = children.run(index);
        const child: NonNullable<TaskReport["children"]>[number] = {
          index,
          state: run.state,
          attempts: triesOf(run),
        };
        if (run.name !== undefined) child.name = run.name;
        if (run.message !== undefined) child.message = run.message;
        if (result?.elements?.has(index))
          child.result = result.elements.get(index);
        return child;
      });
    report.tasks.push(entry);
  }
  const message = join(state.message, addResult(report, state, results));
  if (message !== undefined) report.message = message;
  return report;
}

/** How often a task was tried; going on with its fallback is no try. */
function triesOf({ attempt, isFallback }: TaskRun): number {
  return isFallback && attempt > 0 ? attempt - 1 : attempt;
}

/** Puts the flow's result into the report if all that it is made of is at hand; gives a message if it is only too large. */
function addResult(
  report: RunReport,
  state: RunState,
  results: ReadonlyMap<NodeId, NodeResult>,
): string | undefined {
  const values = new Map<NodeId, unknown>();
  const sizes: number[] = [];
  for (const id of refsOf(state.graph.result)) {
    const node = state.graph.nodes.find((other) => other.id === id);
    const result =
      node?.kind === "parameter"
        ? { value: state.parameters[node.parameter.name] }
        : results.get(id);
    const size = state.tasks.get(id)?.size;
    const task = state.tasks.get(id);
    if (isTooLarge(size)) sizes.push(size ?? 0);
    else if (result) values.set(id, result.value);
    else if (
      state.state === "Success" &&
      task &&
      isFinal(task.state) &&
      !hasResult(task.state)
    )
      values.set(id, new Absent(null));
    else return undefined;
  }
  if (sizes.length > 0) return leftOut(sizes);
  try {
    report.result = resolveTemplate(state.graph.result, {
      valueOf: (id) => values.get(id),
    });
    return undefined;
  } catch (thrown) {
    if (thrown instanceof FlowError) return thrown.message;
    throw thrown;
  }
}

function isTooLarge(size: number | undefined): boolean {
  return size !== undefined && size > reportLimit;
}

function leftOut(sizes: readonly number[]): string | undefined {
  const size = sizes.reduce((sum, one) => sum + one, 0);
  return isTooLarge(size)
    ? `The result is left out here, for it has ${formatSize(size)}.`
    : undefined;
}

function join(
  one: string | undefined,
  other: string | undefined,
): string | undefined {
  return one !== undefined && other !== undefined
    ? `${asSentence(one)} ${other}`
    : (one ?? other);
}

function isoText(at: number): string {
  return new Date(at).toISOString();
}
