/** What a flow has in common with its last run, and what is different about it. */
import type { NodeId, TaskNode } from "./graph.ts";
import type { GraphIndex } from "./graphIndex.ts";
import { canonical } from "./hash.ts";
import { isKeepable } from "./keeping.ts";
import type { RunState } from "./run.ts";
import { listNames } from "./words.ts";

type Keys = Readonly<Record<NodeId, string>>;

/** For each task the node of the last run whose result it has by its key: its own node if it can be, else any that is free. */
export function matchResults(
  index: GraphIndex,
  keys: Keys,
  last: RunState,
): Map<number, NodeId> {
  const held = new Map<number, NodeId>();
  const free = new Map<string, NodeId[]>();
  for (const [id, task] of last.tasks) {
    const isOfUse = isKeepable(task.state) || task.children !== undefined;
    if (!isOfUse) continue;
    const number = index.numberOf.get(id);
    const key = last.keys[id] ?? "";
    if (number !== undefined && isTask(index, number) && keys[id] === key)
      held.set(number, id);
    else free.set(key, [...(free.get(key) ?? []), id]);
  }
  index.nodes.forEach(({ id }, number) => {
    if (held.has(number) || !isTask(index, number)) return;
    const found = free.get(keys[id] ?? "")?.shift();
    if (found !== undefined) held.set(number, found);
  });
  return held;
}

function isTask(index: GraphIndex, number: number): boolean {
  return index.nodes[number]!.kind === "task";
}

/** Tells what is different about a task since the last run; undefined if it was not part of that run or is the same. */
export function changesSince(
  last: RunState,
  index: GraphIndex,
  keys: Keys,
): (number: number) => string | undefined {
  const calls = new Map(last.graph.nodes.map((node) => [node.id, node]));
  const isOther = ({ id }: { id: NodeId }) => last.keys[id] !== keys[id];
  const parametersChanged = index.nodes.some(
    (node) => node.kind === "parameter" && isOther(node),
  );
  const endOf = (id: NodeId) => {
    const { markedAt, endedAt = NaN } = last.tasks.get(id) ?? {};
    return markedAt ?? endedAt;
  };
  return (number) => {
    const node = index.nodes[number] as TaskNode;
    if (!last.tasks.has(node.id) || !isOther(node)) return undefined;
    const changed = index.upstream.of(number).filter((other) => {
      const input = index.nodes[other]!;
      // What ran by itself has left this task as it was.
      return isOther(input) || endOf(input.id) > endOf(node.id);
    });
    if (changed.length > 0) {
      const names = new Set(changed.map((other) => index.nodes[other]!.name));
      return `an input changed (${listNames([...names])})`;
    }
    const call = calls.get(node.id);
    if (
      call?.kind === "task" &&
      canonical([call.args, call.over, call.waitFor]) !==
        canonical([node.args, node.over, node.waitFor])
    )
      return "what it is called with changed";
    return parametersChanged
      ? "its code changed, or a parameter that it reads from context"
      : "its code changed";
  };
}
