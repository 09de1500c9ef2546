import { endsOtherwise } from "./deciders.ts";
import type { Keep, Shape } from "./events.ts";
import { depthIn, isRunByRun, visitRefs } from "./graphIndex.ts";
import type { NodeId, TaskNode } from "./graph.ts";
import type { GraphIndex } from "./graphIndex.ts";
import type { Marks } from "./marks.ts";
import { carriersOf, cleanupsOf, usersOf } from "./resources.ts";
import type { Children, RunState, TaskRun } from "./run.ts";
import { hasResult, isFinal } from "./state.ts";
import type { State } from "./state.ts";
import { whyOutdated, type Stored } from "./outdated.ts";

/** Whether a task run that ended so need not run again. */
export function isKeepable(state: State): boolean {
  return hasResult(state) || state === "Skipped";
}

/**
 * Which task runs a resumption keeps. What is kept of a node hangs on what is kept of the nodes that it needs, of a mapped
 * one element by element.
 *
 * A resource is kept as long as nothing that uses it runs; else it is set up again, and what used it before stays for all
 * that. Nodes are looked at in the order of the graph, and again whenever a resource had to be given up.
 */
export class Keeping {
  readonly #index: GraphIndex;
  readonly #last: RunState;
  /** For each task the node of the last run whose results it has. */
  readonly #held: ReadonlyMap<number, NodeId>;
  readonly #carriers: ReadonlySet<number>;
  readonly #givenUp = new Set<number>();
  /** By node, if anything of it stays: the places of elements that do not, and of all that they are inside of. */
  #missing = new Map<number, ReadonlySet<string>>();
  #leaves = new Map<number, number[]>();
  #elements = new Map<number, number>();
  #before = new Map<number, ReadonlySet<string>>();
  readonly #marks: Marks;
  readonly #stored: Stored;

  constructor(
    index: GraphIndex,
    last: RunState,
    held: ReadonlyMap<number, NodeId>,
    marks: Marks,
    stored: Stored,
  ) {
    this.#index = index;
    this.#stored = stored;
    this.#last = last;
    this.#held = held;
    this.#carriers = carriersOf(index);
    this.#marks = marks;
    do this.#lookAtAll();
    while (this.#giveUpResources());
  }

  isWhole(number: number): boolean {
    return this.#missing.get(number)?.size === 0 && !this.#givenUp.has(number);
  }

  /** What is kept, for the event. */
  kept(): Keep[] {
    return [...this.#missing.keys()].flatMap((number) => {
      if (this.#givenUp.has(number)) return [];
      const { id } = this.#index.nodes[number]!;
      const leaves = this.#leaves.get(number);
      const keep = { node: id, from: this.#held.get(number)! };
      return [leaves ? { ...keep, leaves } : keep];
    });
  }

  /** How many elements of a mapped node are kept. */
  count(number: number): number {
    return this.#givenUp.has(number) ? 0 : (this.#elements.get(number) ?? 0);
  }

  /** Which innermost runs of it are, counted as in {@link Keep}. */
  leaves(number: number): readonly number[] {
    if (this.#givenUp.has(number)) return [];
    return this.#leaves.get(number) ?? [];
  }

  #lookAtAll(): void {
    this.#before = this.#missing;
    this.#missing = new Map();
    this.#leaves = new Map();
    this.#elements = new Map();
    for (const [number, node] of this.#index.nodes.entries()) {
      const from = this.#held.get(number);
      const before =
        from === undefined ? undefined : this.#last.tasks.get(from);
      if (node.kind === "task" && before) this.#lookAt(number, node, before);
    }
  }

  #lookAt(number: number, node: TaskNode, before: TaskRun): void {
    const { needs, mapNeeds, nodes } = this.#index;
    // What was given by hand does not hang on what it would have been made of.
    if (before.isMarked && !before.children) {
      this.#missing.set(number, new Set());
      return;
    }
    // One clean-up takes nothing of another one, and what was cleaned up cannot be once more.
    const isLast = (other: number) =>
      node.cleanupOf !== undefined &&
      (nodes[other] as TaskNode).cleanupOf !== undefined;
    const isThere = (other: number) =>
      this.#missing.has(other) && !this.#isLost(number, node, other);
    if (
      needs.some(
        number,
        (other) =>
          !isLast(other) &&
          (!isThere(other) || this.#missing.get(other)!.size > 0),
      )
    )
      return;
    const inside = (mapNeeds[number] ?? []).filter(({ from }) => !isLast(from));
    if (!inside.every(({ from }) => isThere(from))) return;
    const { children } = before;
    const isOther = endsOtherwise(node, this.#last, this.#held.get(number)!);
    if (!children) {
      const holds =
        isKeepable(before.state) &&
        whyOutdated(before, this.#stored) === undefined &&
        !isOther(before.state, () => before) &&
        !this.#marks.isOvertaken(number, () => before, []);
      if (holds) this.#missing.set(number, new Set());
      return;
    }
    // It is expanded anew: what was made of the elements of another list has no place in this one.
    if (this.#marks.isRelisted(node, before, [])) return;
    const leaves: number[] = [];
    let elements = 0;
    const missing = new Set<string>();
    const isRelisted = (path: readonly number[]) =>
      this.#marks.isRelisted(node, before, path);
    forEachInnermost(children, (at, path, leaf) => {
      const state = leaf === undefined ? undefined : children.stateOf(leaf);
      const holds =
        (state === undefined || isKeepable(state)) &&
        (leaf === undefined || !this.#isOutdated(before, children, leaf)) &&
        inside.every(({ from, level, until }) => {
          if (level === 0 || level > path.length) return true;
          // That something was expanded matters to a run that ended where that happened.
          if (until === "expanded" && level < path.length) return true;
          const place = path.slice(0, level).join(".");
          return !this.#missing.get(from)!.has(place);
        }) &&
        (leaf === undefined ||
          !(
            isOther(state!, () => children.run(leaf)) ||
            this.#marks.isOvertaken(number, () => children.run(leaf), path)
          ));
      const isByHand = () =>
        leaf !== undefined &&
        isFinal(state!) &&
        (children.isMarked(leaf) || this.#marks.isSpared(node, path));
      if (!isRelisted(path) && (holds || isByHand())) {
        leaves.push(at);
        if (leaf !== undefined) elements += 1;
      } else
        for (let level = 0; level <= path.length; level += 1)
          missing.add(path.slice(0, level).join("."));
    });
    this.#missing.set(number, missing);
    this.#leaves.set(number, leaves);
    this.#elements.set(number, elements);
  }

  /** Whether an element hangs on something that is another one now. */
  #isOutdated(map: TaskRun, children: Children, leaf: number): boolean {
    const { files, tables } = this.#stored;
    if (files.size + tables.size === 0) return false;
    return [map, children.ties(leaf)].some(
      (ties) => whyOutdated(ties, this.#stored) !== undefined,
    );
  }

  /** Whether a node can do nothing with another one because that is given up: it has still to go over a list which comes from there. */
  #isLost(number: number, node: TaskNode, other: number): boolean {
    if (!this.#givenUp.has(other)) return false;
    if (this.#before.get(number)?.size === 0) return false;
    const { id } = this.#index.nodes[other]!;
    let isListed = false;
    for (const [level, inputs] of node.over.entries())
      for (const { of } of inputs)
        // As many elements as there were are set up again, for the list that these go over is kept.
        if (!isRunByRun(of, level, depthIn(this.#index)))
          visitRefs(of, (source) => {
            isListed ||= source.node === id;
          });
    return isListed;
  }

  /** True if there is one to be given up that was not before. */
  #giveUpResources(): boolean {
    const before = this.#givenUp.size;
    for (const number of [...this.#carriers].sort(
      (one, other) => other - one,
    )) {
      const users = usersOf(this.#index, number);
      if (!users.some((user) => !this.isWhole(user))) continue;
      this.#givenUp.add(number);
      for (const cleanup of cleanupsOf(this.#index, number))
        this.#givenUp.add(cleanup);
    }
    return this.#givenUp.size > before;
  }
}

/** Calls back for the innermost runs of a map, in order; a map over nothing inside another one is one of them, and no leaf. */
export function forEachInnermost(
  children: Children,
  call: (at: number, path: readonly number[], leaf: number | undefined) => void,
): void {
  let at = 0;
  let leaf = 0;
  const visit = (shape: Shape | undefined, path: readonly number[]): void => {
    if (shape === undefined || shape === null) call(at++, path, leaf++);
    else if (shape === 0) {
      if (path.length > 0) call(at++, path, undefined);
    } else if (typeof shape === "number")
      for (let place = 0; place < shape; place += 1)
        visit(undefined, [...path, place]);
    else
      for (const [place, below] of shape.entries())
        visit(below, [...path, place]);
  };
  visit(children.shape, []);
}
