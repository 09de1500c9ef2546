/** What a flow has in common with its last run, and what is different about it. */
import type { NodeId, TaskNode } from "./graph.ts";
import type { GraphIndex } from "./graphIndex.ts";
import { canonical } from "./hash.ts";
import { baseOf, numberedKey } from "./keys.ts";
import type { RunState } from "./run.ts";
import { isOfUse } from "./sameCalls.ts";
import { listNames } from "./words.ts";

type Keys = Readonly<Record<NodeId, string>>;

/** For each task the node of the last run whose result it has: that of the same call. */
export function matchResults(
  calls: ReadonlyMap<number, NodeId>,
  last: RunState,
): Map<number, NodeId> {
  return new Map([...calls].filter(([, id]) => isOfUse(last, id)));
}

/**
 * The keys with which a run goes on in which these results stay: an equal call has the number that it had, under which its
 * result is kept, and no other one gets that.
 */
export function keepNumbers(
  index: GraphIndex,
  keys: Keys,
  last: RunState,
  held: ReadonlyMap<number, NodeId>,
): Keys {
  const own = new Map<NodeId, string>();
  let isSame = true;
  for (const [number, from] of held) {
    const { id } = index.nodes[number]!;
    own.set(id, last.keys[from]!);
    isSame &&= keys[id] === last.keys[from];
  }
  if (isSame) return keys;
  const taken = new Set(own.values());
  const next = new Map<string, number>();
  const keyOf = (id: NodeId, key: string): string => {
    const held = own.get(id);
    if (held !== undefined) return held;
    const base = baseOf(key);
    let number = next.get(base) ?? 1;
    while (taken.has(numberedKey(base, number))) number += 1;
    next.set(base, number + 1);
    return numberedKey(base, number);
  };
  return Object.fromEntries(
    index.nodes.map(({ kind, id }) => {
      const key = keys[id]!;
      return [id, kind === "task" ? keyOf(id, key) : key];
    }),
  );
}

/** Tells what is different about a task since the last run; undefined if it was not part of that run or is the same. */
export function changesSince(
  last: RunState,
  index: GraphIndex,
  keys: Keys,
  same: ReadonlyMap<number, NodeId>,
): (number: number) => string | undefined {
  const calls = new Map(last.graph.nodes.map((node) => [node.id, node]));
  const isOther = ({ id }: { id: NodeId }) =>
    baseOf(last.keys[id] ?? "") !== baseOf(keys[id] ?? "");
  const parametersChanged = index.nodes.some(
    (node) => node.kind === "parameter" && isOther(node),
  );
  const endOf = (id: NodeId) => {
    const { markedAt, endedAt = NaN } = last.tasks.get(id) ?? {};
    return markedAt ?? endedAt;
  };
  return (number) => {
    const node = index.nodes[number] as TaskNode;
    if (!last.tasks.has(node.id)) return undefined;
    // It takes what another one of several equal calls returns.
    if (!isOther(node)) return same.has(number) ? undefined : calledWith;
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
      return calledWith;
    return parametersChanged
      ? "its code changed, or a parameter that it reads from context"
      : "its code changed";
  };
}

const calledWith = "what it is called with changed";
