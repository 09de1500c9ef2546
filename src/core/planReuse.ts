/** What a new run takes from the last one. */
import type { Reuse } from "./events.ts";
import type { NodeId, TaskNode, Template } from "./graph.ts";
import type { GraphIndex } from "./graphIndex.ts";
import { forEachInnermost, isKeepable } from "./keeping.ts";
import { carriersOf } from "./resources.ts";
import { elementKey } from "./resultKeys.ts";
import type { Children, RunState, TaskRun } from "./run.ts";
import type { State } from "./state.ts";
import { allTies } from "./outdated.ts";

/** Which innermost runs of a mapped task are taken: counted as in {@link Keep}, and those of them that are elements as these are counted. */
interface Part {
  leaves: readonly number[];
  elements: readonly number[];
}

/** What can be taken of a map of which a resumption would keep these innermost runs; undefined if that is no element. */
export function partOf(
  children: Children,
  kept: readonly number[],
): Part | undefined {
  const keptLeaves = new Set(kept);
  const leaves: number[] = [];
  const elements: number[] = [];
  forEachInnermost(children, (at, _, element) => {
    if (!keptLeaves.has(at)) return;
    // What failed stays in a resumption if it is part of what was given by hand; it is no result.
    if (element !== undefined && !isKeepable(children.stateOf(element))) return;
    leaves.push(at);
    if (element !== undefined) elements.push(element);
  });
  return elements.length === 0 ? undefined : { leaves, elements };
}

/** Where a result of the last run is kept; of a mapped task that is taken in part, with what is taken. */
export function reuseOf(
  node: NodeId,
  keys: Readonly<Record<NodeId, string>>,
  last: RunState,
  task: TaskRun,
  part?: Part,
): Reuse {
  const startOf = ({ resultRun, resultRunAt }: TaskRun) =>
    resultRun === last.run ? last.startedAt : resultRunAt;
  const at = startOf(task);
  const reuse: Reuse = { node, run: task.resultRun };
  const key = keys[node]!;
  if (!task.children && task.key !== key) reuse.key = task.key;
  if (at !== undefined) reuse.at = at;
  if (part) reuse.leaves = part.leaves;
  else if (task.size !== undefined) reuse.size = task.size;
  Object.assign(reuse, allTies(task, part?.elements));
  if (!task.children) {
    if (task.state === "Skipped") reuse.skipped = [0];
    return reuse;
  }
  const { shape, count, run, pathOf, stateOf } = task.children;
  const skipped = Array.from({ length: count }, (_, leaf) => leaf).filter(
    (leaf) => stateOf(leaf) === "Skipped",
  );
  if (skipped.length > 0) reuse.skipped = skipped;
  reuse.shape = shape;
  const elsewhere = Array.from({ length: count }, (_, leaf) => {
    const element = run(leaf);
    return { leaf, element, at: startOf(element) };
  }).filter(
    ({ leaf, element }) =>
      element.resultRun !== task.resultRun ||
      element.key !== elementKey(key, pathOf(leaf)),
  );
  if (elsewhere.length > 0)
    reuse.elsewhere = elsewhere.map(({ leaf, element, at }) => ({
      leaf,
      run: element.resultRun,
      key: element.key,
      ...(at === undefined ? {} : { at }),
    }));
  return reuse;
}

/**
 * Whether some elements of a mapped task can be taken and the others run. Those of a flattened list come from runs that only an
 * expansion finds, and a resource is set up for all that use it.
 */
export function isDivisible(index: GraphIndex, number: number): boolean {
  const { over, cleanupOf } = index.nodes[number] as TaskNode;
  return (
    over.length > 0 &&
    cleanupOf === undefined &&
    !carriersOf(index).has(number) &&
    !over.flat().some(({ of }) => isFlattened(of))
  );
}

function isFlattened(of: Template): boolean {
  if (of.type === "each" || of.type === "parameter") return isFlattened(of.of);
  return of.type === "flatten";
}

/** Says that of a mapped task only some elements are taken. */
export function tellPart(
  { count, counts }: Children,
  { elements: { length: taken } }: Part,
): string {
  const missing = count - taken;
  const states = Object.entries(counts) as [State, number][];
  const unfinished = states.reduce(
    (sum, [state, many]) => sum + (isKeepable(state) ? 0 : many),
    0,
  );
  const of = `${missing} of ${count} elements`;
  const rest = taken === 1 ? "the other is reused" : "the others are reused";
  if (missing === unfinished)
    return `${of} ${missing === 1 ? "has" : "have"} no result; ${rest}`;
  return `${of} ${missing === 1 ? "runs" : "run"} again; ${rest}`;
}

/** Whether there is an outcome to take as it is, a result or that it was skipped; of a mapped task from every element. */
export function isWholeResult(task: TaskRun): boolean {
  if (!isKeepable(task.state)) return false;
  const { children } = task;
  if (!children) return true;
  for (let at = 0; at < children.count; at += 1)
    if (!isKeepable(children.stateOf(at))) return false;
  return true;
}
