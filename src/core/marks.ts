/** What a person gave a result by hand, and what that means for the tasks around it. */
import type { Time } from "./events.ts";
import type { NodeId, TaskNode } from "./graph.ts";
import { depthIn, flowsAround, isRunByRun, visitRefs } from "./graphIndex.ts";
import type { GraphIndex } from "./graphIndex.ts";
import type { RunState, TaskRun } from "./run.ts";

/** The marks of a run, by the nodes that have its results now. */
export class Marks {
  readonly #index: GraphIndex;
  /** By node, the time of the last mark at a place and further in. */
  readonly #times = new Map<number, Map<string, Time>>();

  constructor(
    index: GraphIndex,
    last: RunState,
    held: ReadonlyMap<number, NodeId>,
  ) {
    this.#index = index;
    for (const [number, from] of held) {
      const task = last.tasks.get(from);
      const { children } = task ?? {};
      if (task?.isMarked) this.#add(number, task, []);
      for (let leaf = 0; leaf < (children?.count ?? 0); leaf += 1)
        if (children!.isMarked(leaf))
          this.#add(number, children!.run(leaf), children!.pathOf(leaf));
    }
  }

  has(number: number): boolean {
    return this.#times.has(number);
  }

  /** Whether a run need not run, whatever became of it, for a sub-flow that it is part of was given by hand. */
  isSpared(node: TaskNode, path: readonly number[]): boolean {
    return flowsAround(this.#index, node, path).some((one) => {
      const { over } = this.#index.nodes[one.flow] as TaskNode;
      return (
        one.path.length === over.length &&
        this.#times.get(one.flow)?.has(one.path.join("."))
      );
    });
  }

  /** Whether what a run has seen of a task that it needs is no longer so, for that was marked later. A clean-up has no use for it. */
  isOvertaken(number: number, run: () => TaskRun, path: readonly number[]) {
    const { nodes, needs, mapNeeds } = this.#index;
    if (this.#times.size === 0) return false;
    const { cleanupOf } = nodes[number] as TaskNode;
    const { isMarked, endedAt = Infinity } = run();
    if (isMarked || cleanupOf !== undefined) return false;
    const isLater = (other: number, level: number) => {
      const place = path.slice(0, level).join(".");
      return (this.#times.get(other)?.get(place) ?? 0) > endedAt;
    };
    return (
      needs.some(number, (other) => isLater(other, 0)) ||
      (mapNeeds[number] ?? []).some(
        ({ from, level, until }) => until === "final" && isLater(from, level),
      )
    );
  }

  /** Whether a list that a level of a map goes over was given by hand after the map was expanded. */
  isRelisted(
    { over }: TaskNode,
    { startedAt = Infinity }: TaskRun,
    path: readonly number[],
  ): boolean {
    if (this.#times.size === 0) return false;
    let isLater = false;
    for (const [level, inputs] of over.slice(0, path.length + 1).entries())
      for (const { of } of inputs)
        if (!isRunByRun(of, level, depthIn(this.#index)))
          visitRefs(of, ({ node, each }) => {
            const times = this.#times.get(this.#index.numberOf.get(node)!);
            const place = path.slice(0, each).join(".");
            isLater ||= (times?.get(place) ?? 0) > startedAt;
          });
    return isLater;
  }

  /** Whether a task, or any element of it, is overtaken. */
  overtake(number: number, task: TaskRun): boolean {
    const { children } = task;
    if (this.#times.size === 0) return false;
    if (!children) return this.isOvertaken(number, () => task, []);
    for (let leaf = 0; leaf < children.count; leaf += 1) {
      const path = children.pathOf(leaf);
      if (this.isOvertaken(number, () => children.run(leaf), path)) return true;
    }
    return false;
  }

  #add(number: number, { markedAt = 0 }: TaskRun, path: readonly number[]) {
    const times = this.#times.get(number) ?? new Map<string, Time>();
    this.#times.set(number, times);
    for (let level = 0; level <= path.length; level += 1) {
      const place = path.slice(0, level).join(".");
      times.set(place, Math.max(markedAt, times.get(place) ?? 0));
    }
  }
}
