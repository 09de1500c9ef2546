/**
 * What a flow returned. Each part of a list or an object stands by itself: one that cannot be told is null, and what is said
 * beside the result tells why.
 */
import { FlowError } from "./errors.ts";
import type { NodeId, Template } from "./graph.ts";
import type { NodeResult } from "./report.ts";
import { resultSize, toldSize } from "./reportLimit.ts";
import type { RunState, TaskRun } from "./run.ts";
import { hasResult, isFailed, isFinal } from "./state.ts";
import { Absent, refsOf, resolveTemplate } from "./template.ts";
import { formatSize } from "./words.ts";

/** The result of a flow, if there is one to tell, and what else is to be said of it. */
export interface FlowResult {
  result?: unknown;
  notes: readonly string[];
}

/** A part of a result, or why there is none; neither while its task has not ended, or if its result is not kept. */
type Part = { value: unknown } | { why: string } | { size: number } | undefined;

/**
 * The result of a flow run. `results` are those at hand; those of more than `mostBytes` are left out, and so is what they make together. A task without a result is
 * null if `areMissingNull`; else there is no result while one is missing.
 */
export function flowResult(
  state: RunState,
  results: ReadonlyMap<NodeId, NodeResult>,
  {
    mostBytes = Infinity,
    areMissingNull = false,
  }: { mostBytes?: number; areMissingNull?: boolean },
): FlowResult {
  const nodes = new Map(state.graph.nodes.map((node) => [node.id, node]));
  const notes: string[] = [];
  const isLimited = mostBytes < Infinity;
  let isComplete = true;
  /** Whether any task has given a part of it. */
  let isOfTasks = false;

  function resolve(template: Template): Part {
    const values = new Map<NodeId, unknown>();
    for (const id of refsOf(template)) {
      const node = nodes.get(id);
      const task = state.tasks.get(id);
      const result =
        node?.kind === "parameter"
          ? { value: state.parameters[node.parameter.name] }
          : results.get(id);
      const size = task && isLimited ? resultSize(task, results.get(id)) : 0;
      if (size > mostBytes) return { size };
      if (result) values.set(id, result.value);
      else if (areMissingNull) values.set(id, new Absent(null));
      else if (!task || !isFinal(task.state) || hasResult(task.state))
        return undefined;
      else if (state.state === "Success" || task.state === "Skipped")
        values.set(id, new Absent(null));
      else return { why: `${nameOf(id, task)} is ${task.state}.` };
      isOfTasks ||= result !== undefined && task !== undefined;
    }
    try {
      const value = resolveTemplate(template, {
        valueOf: (id) => values.get(id),
        nameOf: (id) => nodes.get(id)?.name ?? id,
      });
      return { value };
    } catch (thrown) {
      if (thrown instanceof FlowError) return { why: thrown.message };
      throw thrown;
    }
  }

  function nameOf(id: NodeId, task: TaskRun): string {
    return task.name ?? nodes.get(id)?.name ?? id;
  }

  /** A part that stands at a place of the result. */
  function take(template: Template, place: string): unknown {
    if (template.type === "list")
      return template.items.map((item, at) => take(item, `${place}[${at}]`));
    if (template.type === "object")
      return Object.fromEntries(
        template.entries.map(([key, entry]) => [
          key,
          take(entry, place === "" ? key : `${place}.${key}`),
        ]),
      );
    const part = resolve(template);
    if (!part) isComplete = false;
    else if ("value" in part) return part.value;
    else if ("why" in part)
      notes.push(`\`${place}\` of the result is null: ${part.why}`);
    else notes.push(leftOut(`\`${place}\` of the result`, part.size));
    return null;
  }

  const { result: template } = state.graph;
  if (template.type === "list" || template.type === "object") {
    const result = take(template, "");
    if (
      !isComplete ||
      !(isOfTasks || areMissingNull || state.state === "Success")
    )
      return { notes: [] };
    const size = isLimited ? toldSize(result) : 0;
    return size > mostBytes
      ? { notes: [...notes, leftOut("The result", size)] }
      : { result, notes };
  }
  const part = resolve(template);
  if (!part) return { notes };
  if ("value" in part) {
    const failed =
      template.type === "ref" && part.value === null
        ? state.tasks.get(template.node)
        : undefined;
    // A reference task that failed has made the flow fail, and says so.
    if (failed && isFailed(failed.state) && template.type === "ref")
      notes.push(
        `The result is null: ${nameOf(template.node, failed)} is ${failed.state}.`,
      );
    return { result: part.value, notes };
  }
  if ("size" in part) return { notes: [leftOut("The result", part.size)] };
  return { notes: isFailedTask(template, state) ? [] : [part.why] };
}

/** Says of something that it is too large. */
export function leftOut(what: string, size: number): string {
  return `${what} is left out here, for it has ${formatSize(size)}.`;
}

/** Whether a ref leads to a task that gave no result, which its own state tells. */
function isFailedTask(template: Template, { tasks }: RunState): boolean {
  return refsOf(template).some((id) => {
    const task = tasks.get(id);
    return task !== undefined && !hasResult(task.state);
  });
}
