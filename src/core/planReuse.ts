/** What a new run takes from the last one. */
import type { Reuse } from "./events.ts";
import { allRead } from "./filesRead.ts";
import type { NodeId } from "./graph.ts";
import { isKeepable } from "./keeping.ts";
import type { RunState, TaskRun } from "./run.ts";

/** Where a result of the last run is kept. */
export function reuseOf(
  node: NodeId,
  keys: Readonly<Record<NodeId, string>>,
  last: RunState,
  task: TaskRun,
): Reuse {
  const startOf = ({ resultRun, resultRunAt }: TaskRun) =>
    resultRun === last.run ? last.startedAt : resultRunAt;
  const at = startOf(task);
  const reuse: Reuse = { node, run: task.resultRun };
  const key = keys[node]!;
  if (!task.children && task.key !== key) reuse.key = task.key;
  if (at !== undefined) reuse.at = at;
  if (task.size !== undefined) reuse.size = task.size;
  const files = allRead(task);
  if (files) reuse.files = files;
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
      element.key !== `${key}#${pathOf(leaf).join(".")}`,
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

/** Whether there is an outcome to take as it is, a result or that it was skipped; of a mapped task from every element. */
export function isWholeResult(task: TaskRun): boolean {
  if (!isKeepable(task.state)) return false;
  const { children } = task;
  if (!children) return true;
  for (let at = 0; at < children.count; at += 1)
    if (!isKeepable(children.stateOf(at))) return false;
  return true;
}
