import type { RunState } from "../../core/run.ts";
import { isOwnFailure, type State } from "../../core/state.ts";
import { nodeNames } from "../../pictures/nodeNames.ts";

/**
 * What went wrong in a run, a line for each task that failed by itself, `name: message`, at most so many; of a mapped one how
 * many of its elements failed. What only needed another task says nothing new.
 */
export function failures(run: RunState, most: number): string[] {
  const names = nodeNames(run.graph);
  const lines: string[] = [];
  for (const node of run.graph.nodes) {
    if (lines.length >= most) break;
    const task = run.tasks.get(node.id);
    // A sub-flow failed because of a task in it, which is told of.
    const isFlow = node.kind === "task" && node.operator?.type === "flow";
    if (!task?.message || isFlow) continue;
    const states = task.children
      ? (Object.keys(task.children.counts) as State[])
      : [task.state];
    if (states.some(isOwnFailure))
      lines.push(`${names.get(node.id) ?? node.name}: ${task.message}`);
  }
  return lines;
}
