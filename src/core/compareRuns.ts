import type { NodeId, TaskNode } from "./graph.ts";
import { canonical } from "./hash.ts";
import { baseOf } from "./keys.ts";
import type { RunState, TaskRun } from "./run.ts";
import { hasResult } from "./state.ts";

/** A parameter in two runs; undefined where a run had none of that name. */
export interface ParameterPair {
  name: string;
  before: unknown;
  after: unknown;
  isSame: boolean;
}

/** A task in two runs; undefined where a flow had none of that id. */
export interface TaskPair {
  id: NodeId;
  node: TaskNode;
  before: TaskRun | undefined;
  after: TaskRun | undefined;
  /** Whether it had the same code and inputs; undefined if it was in one run only. */
  isSameWork: boolean | undefined;
  /** Whether it ended in the same state, elements by their numbers. */
  isSameState: boolean;
}

/** Two runs side by side. */
export interface RunPair {
  parameters: readonly ParameterPair[];
  /** In the order of the later graph; those that it has not any more come last. */
  tasks: readonly TaskPair[];
}

export function compareRuns(before: RunState, after: RunState): RunPair {
  const names = new Set([
    ...Object.keys(after.parameters),
    ...Object.keys(before.parameters),
  ]);
  const parameters = [...names].map((name) => {
    const pair = {
      before: before.parameters[name],
      after: after.parameters[name],
    };
    return { name, ...pair, isSame: isSameValue(pair.before, pair.after) };
  });
  const tasks = new Map<NodeId, TaskPair>();
  for (const run of [after, before])
    for (const node of run.graph.nodes) {
      if (node.kind !== "task" || tasks.has(node.id)) continue;
      tasks.set(node.id, pairOf(node, before, after));
    }
  return { parameters, tasks: [...tasks.values()] };
}

function pairOf(node: TaskNode, before: RunState, after: RunState): TaskPair {
  const { id } = node;
  const pair = { before: before.tasks.get(id), after: after.tasks.get(id) };
  return {
    id,
    node,
    ...pair,
    isSameWork:
      pair.before && pair.after
        ? baseOf(before.keys[id] ?? "") === baseOf(after.keys[id] ?? "")
        : undefined,
    isSameState: isSameState(pair.before, pair.after),
  };
}

function isSameState(
  before: TaskRun | undefined,
  after: TaskRun | undefined,
): boolean {
  if (before?.state !== after?.state) return false;
  return isSameValue(before?.children?.counts, after?.children?.counts);
}

/** Whether two values are equal, as far as values that tasks return can be told apart. */
export function isSameValue(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (one === undefined || other === undefined) return false;
  try {
    return canonical(one) === canonical(other);
  } catch {
    return false;
  }
}

/** What can be said of a task's results without reading them; `unknown` if they have to be read. */
export function resultsAtAGlance({
  before,
  after,
}: Pick<TaskPair, "before" | "after">): "none" | "same" | "differ" | "unknown" {
  const [one, other] = [before, after].map((run) =>
    run !== undefined && (hasResult(run.state) || run.state === "Mapped")
      ? run
      : undefined,
  );
  if (!one && !other) return "none";
  if (!one || !other) return "differ";
  if (!one.children && !other.children) {
    if (one.resultRun === other.resultRun && one.key === other.key)
      return "same";
    if (
      one.size !== undefined &&
      other.size !== undefined &&
      one.size !== other.size
    )
      return "differ";
  }
  return "unknown";
}
