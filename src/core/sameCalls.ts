/** Which calls of a flow its last run has made already. */
import type { GraphNode, NodeId, Template } from "./graph.ts";
import { indexGraph } from "./graphIndex.ts";
import type { GraphIndex } from "./graphIndex.ts";
import { baseOf } from "./keys.ts";
import { isKeepable } from "./keeping.ts";
import type { RunState } from "./run.ts";

type Keys = Readonly<Record<NodeId, string>>;

/**
 * For each task the node of the last run that is the same call: of the same code, with the same arguments, and what it needs are
 * the same calls too. Equal calls are told from each other by what is made of them: who took the result of one has still to
 * do with that one, wherever the lines are now. Only where that does not matter it goes by their ids, and then by their order.
 */
export function sameCalls(
  index: GraphIndex,
  keys: Keys,
  last: RunState,
): ReadonlyMap<number, NodeId> {
  const now = callsOf(index, keys);
  const before = callsOf(indexGraph(last.graph), last.keys);
  const pairs = new Pairs(now, before);
  if (!pairs.stay()) pairs.find((id) => isOfUse(last, id));
  return pairs.same();
}

/** Whether a node of the last run has a result, or any of its elements may have one. */
export function isOfUse({ tasks }: RunState, id: NodeId): boolean {
  const task = tasks.get(id);
  return (
    task !== undefined &&
    (isKeepable(task.state) || task.children !== undefined)
  );
}

/** The calls of a graph, by the numbers of the nodes. */
interface Calls {
  readonly index: GraphIndex;
  /** Empty for what is no call. */
  readonly bases: readonly string[];
  /** The calls that it needs, in the order of its key. */
  readonly inputs: readonly (readonly number[])[];
  readonly byBase: ReadonlyMap<string, readonly number[]>;
}

function callsOf(index: GraphIndex, keys: Keys): Calls {
  const byBase = new Map<string, number[]>();
  const bases = index.nodes.map(({ kind, id }, number) => {
    const base = kind === "task" ? baseOf(keys[id] ?? "") : "";
    const equal = byBase.get(base);
    if (equal) equal.push(number);
    else if (base) byBase.set(base, [number]);
    return base;
  });
  const inputs = index.nodes.map((node) => inputsOf(index, node));
  return { index, bases, inputs, byBase };
}

function inputsOf(
  { nodes, numberOf }: GraphIndex,
  node: GraphNode,
): readonly number[] {
  if (node.kind === "parameter") return [];
  const found: number[] = [];
  const add = (id: NodeId) => {
    const number = numberOf.get(id)!;
    if (nodes[number]!.kind === "task") found.push(number);
  };
  for (const arg of node.args) addRefs(arg, add);
  for (const { of } of node.over.flat()) addRefs(of, add);
  for (const source of node.waitFor) add(source.node);
  const { operator } = node;
  if (operator?.type === "merge")
    for (const guard of operator.guards) if (guard) add(guard.node);
  if (operator?.type === "flow")
    for (const source of operator.reference) add(source.node);
  return found;
}

/** Calls back for each ref. The fields of an object have no order. */
function addRefs(template: Template, add: (id: NodeId) => void): void {
  switch (template.type) {
    case "value":
      return;
    case "ref":
      add(template.node);
      return;
    case "each":
    case "flatten":
    case "parameter":
      addRefs(template.of, add);
      return;
    case "list":
      for (const item of template.items) addRefs(item, add);
      return;
    case "object":
      for (const [, entry] of [...template.entries].sort(([one], [other]) =>
        one < other ? -1 : 1,
      ))
        addRefs(entry, add);
  }
}

/** Calls of today and of before, two by two. */
class Pairs {
  readonly #now: Calls;
  readonly #before: Calls;
  /** By number the other one; -1 for none. */
  readonly #to: number[];
  readonly #from: number[];

  constructor(now: Calls, before: Calls) {
    this.#now = now;
    this.#before = before;
    this.#to = now.bases.map(() => -1);
    this.#from = before.bases.map(() => -1);
  }

  /** Pairs each with the one of its id; false if any of them has another place now. */
  stay(): boolean {
    const now = this.#now;
    const before = this.#before;
    const isGone = before.bases.some((base, number) => {
      const own = this.#ownOf(before, number, now);
      return now.byBase.has(base) && now.bases[own] !== base;
    });
    if (isGone) return false;
    const isMoved = now.bases.some((base, number) => {
      if (!before.byBase.has(base)) return false;
      const own = this.#ownOf(now, number, before);
      if (before.bases[own] !== base) return true;
      this.#to[number] = own;
      return !this.#areInputs(number, own, (one, other) => {
        const { id } = before.index.nodes[other]!;
        return now.index.nodes[one]!.id === id;
      });
    });
    if (isMoved) this.#to.fill(-1);
    return !isMoved;
  }

  /** Pairs what is alike; of equal calls, if there are fewer now, rather one that is of use. */
  find(isOfUse: (id: NodeId) => boolean): void {
    const now = this.#now;
    const before = this.#before;
    const numbers = new Map<string, number>();
    const shapes = shapesOf(now, numbers);
    const shapesBefore = shapesOf(before, numbers);
    const isUseful = (other: number) => isOfUse(before.index.nodes[other]!.id);
    const isShrunk = (number: number) => {
      const base = now.bases[number]!;
      const count = before.byBase.get(base)?.length ?? 0;
      return now.byBase.get(base)!.length < count;
    };
    const levels = levelsOf(now);
    const pairAlike = (
      classOf: readonly (number | string)[],
      classBefore: readonly (number | string)[],
    ) => {
      const left = new Map<number | string, number[]>();
      for (const usefulToo of [false, true])
        for (const other of before.bases.keys()) {
          const alike = classBefore[other]!;
          if (this.#from[other]! >= 0 || isUseful(other) !== usefulToo)
            continue;
          const list = left.get(alike);
          if (list) list.push(other);
          else if (before.bases[other]) left.set(alike, [other]);
        }
      // What is made of most comes first: it tells which calls it was made of.
      for (const calls of levels) {
        for (const number of calls) {
          const own = this.#ownOf(now, number, before);
          const isOwn = own >= 0 && classBefore[own] === classOf[number];
          if (isOwn && (!isShrunk(number) || isUseful(own)))
            this.#tryPair(number, own);
        }
        for (const number of calls) {
          if (this.#to[number]! >= 0) continue;
          const list = left.get(classOf[number]!) ?? [];
          while (list.length > 0 && this.#from[list.at(-1)!]! >= 0) list.pop();
          list.findLast((other) => this.#tryPair(number, other));
        }
      }
    };
    pairAlike(shapes, shapesBefore);
    for (const number of levels.flat()) {
      const base = now.bases[number]!;
      const [other, ...more] = before.byBase.get(base) ?? [];
      if (more.length === 0 && now.byBase.get(base)!.length === 1)
        this.#pair(number, other ?? -1);
    }
    pairAlike(now.bases, before.bases);
  }

  /** Those whose inputs are pairs too. */
  same(): Map<number, NodeId> {
    const same = new Map<number, NodeId>();
    for (const number of orderOf(this.#now.index)) {
      const other = this.#to[number]!;
      if (other < 0) continue;
      const isSame = this.#areInputs(
        number,
        other,
        (one, input) => this.#to[one] === input && same.has(one),
      );
      if (isSame) same.set(number, this.#before.index.nodes[other]!.id);
    }
    return same;
  }

  /** The call with the same id; -1 for none. */
  #ownOf(calls: Calls, number: number, others: Calls): number {
    return others.index.numberOf.get(calls.index.nodes[number]!.id) ?? -1;
  }

  #areInputs(
    number: number,
    other: number,
    areAlike: (one: number, other: number) => boolean,
  ): boolean {
    const inputs = this.#now.inputs[number]!;
    const earlier = this.#before.inputs[other]!;
    return (
      inputs.length === earlier.length &&
      inputs.every((input, at) => areAlike(input, earlier[at]!))
    );
  }

  #isFree(number: number, other: number): boolean {
    return this.#to[number]! < 0 && this.#from[other]! < 0;
  }

  /** Pairs two, if what they need can be, or is. */
  #tryPair(number: number, other: number): boolean {
    const to = new Map<number, number>();
    const from = new Map<number, number>();
    const isPossible =
      this.#isFree(number, other) &&
      this.#areInputs(number, other, (one, input) => {
        if (this.#to[one] === input) return true;
        const areOne =
          (to.get(one) ?? input) === input && (from.get(input) ?? one) === one;
        to.set(one, input);
        from.set(input, one);
        return areOne && this.#isFree(one, input);
      });
    if (isPossible) this.#pair(number, other);
    return isPossible;
  }

  /** Pairs two, and with them what they need, as far as that is free. */
  #pair(number: number, other: number): void {
    const pairs = [[number, other] as const];
    for (let pair = pairs.pop(); pair; pair = pairs.pop()) {
      const [one, two] = pair;
      if (two < 0 || !this.#isFree(one, two)) continue;
      this.#to[one] = two;
      this.#from[two] = one;
      const earlier = this.#before.inputs[two]!;
      for (const [at, input] of this.#now.inputs[one]!.entries())
        pairs.push([input, earlier[at] ?? -1]);
    }
  }
}

/** Numbers for what calls are made of and what is made of them: the same one for what looks the same from there. */
function shapesOf(
  { index, bases, inputs }: Calls,
  numbers: Map<string, number>,
): number[] {
  const numberOf = (text: string) => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  };
  const order = orderOf(index);
  const uses = bases.map((): string[] => []);
  const shapes: number[] = bases.map(() => -1);
  for (const number of [...order].reverse()) {
    const made = uses[number]!.sort().join();
    shapes[number] = numberOf(`${bases[number]} for ${made}`);
    for (const [at, input] of inputs[number]!.entries())
      uses[input]!.push(`${shapes[number]} ${at}`);
  }
  for (const number of order) {
    const of = inputs[number]!.map((input) => shapes[input]).join();
    shapes[number] = numberOf(`${shapes[number]} of ${of}`);
  }
  return shapes;
}

/** Calls by how many others each is made of, one after the other: the most first, and of as many the last in the flow. */
function levelsOf({ index, bases, inputs }: Calls): number[][] {
  const depths = inputs.map(() => 0);
  for (const number of orderOf(index))
    for (const input of inputs[number]!)
      depths[number] = Math.max(depths[number]!, depths[input]! + 1);
  const levels: number[][] = [];
  for (const [number, depth] of depths.entries())
    if (bases[number]) (levels[depth] ??= []).push(number);
  for (const level of levels) level?.reverse();
  return levels.filter(Boolean).reverse();
}

/** The numbers of nodes, each after those that it needs. */
function orderOf({ nodes, upstream, downstream }: GraphIndex): number[] {
  const missing = nodes.map((_, number) => upstream.count(number));
  const order = [...missing.keys()].filter((number) => missing[number] === 0);
  for (const number of order)
    for (const next of downstream.of(number))
      if (--missing[next]! === 0) order.push(next);
  return order;
}
