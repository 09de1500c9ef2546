/**
 * For each node of a graph the numbers of others, end to end in one array of numbers: an array for each node would take more
 * time than all else that an index is made of.
 */
export class Neighbours {
  /** Where the list of each node begins, and after them where the last one ends. */
  readonly #starts: Int32Array;
  readonly #all: Int32Array;

  constructor(starts: Int32Array, all: Int32Array) {
    this.#starts = starts;
    this.#all = all;
  }

  /** How many nodes there are. */
  get size(): number {
    return this.#starts.length - 1;
  }

  /** How many neighbours there are in all lists together. */
  get total(): number {
    return this.#all.length;
  }

  /** How many a node has. */
  count(node: number): number {
    return this.#starts[node + 1]! - this.#starts[node]!;
  }

  /** Those of a node, as a list of its own. */
  of(node: number): number[] {
    const count = this.count(node);
    const list = new Array<number>(count);
    for (let at = 0; at < count; at += 1) list[at] = this.at(node, at);
    return list;
  }

  /** One of those that a node has: for loops that are gone through for every task of a run. */
  at(node: number, place: number): number {
    return this.#all[this.#starts[node]! + place]!;
  }

  some(node: number, is: (neighbour: number) => boolean): boolean {
    const count = this.count(node);
    for (let at = 0; at < count; at += 1)
      if (is(this.at(node, at))) return true;
    return false;
  }

  /** The same the other way round: whose neighbour each node is. */
  reversed(): Neighbours {
    const { size } = this;
    const starts = new Int32Array(size + 1);
    for (const neighbour of this.#all) starts[neighbour + 1]! += 1;
    for (let node = 0; node < size; node += 1)
      starts[node + 1]! += starts[node]!;
    const next = starts.slice();
    const all = new Int32Array(this.#all.length);
    for (let node = 0; node < size; node += 1) {
      const end = this.#starts[node + 1]!;
      for (let at = this.#starts[node]!; at < end; at += 1)
        all[next[this.#all[at]!]!++] = node;
    }
    return new Neighbours(starts, all);
  }
}

/** Collects the neighbours of one node after the other, each once. */
export class NeighbourList {
  readonly #starts: Int32Array;
  readonly #all: number[] = [];
  /** The last node that each is a neighbour of. */
  readonly #lastOf: Int32Array;

  constructor(nodes: number) {
    this.#starts = new Int32Array(nodes + 1);
    this.#lastOf = new Int32Array(nodes).fill(-1);
  }

  add(neighbour: number, of: number): void {
    if (this.#lastOf[neighbour] === of) return;
    this.#lastOf[neighbour] = of;
    this.#all.push(neighbour);
  }

  /** Says that a node has no more. */
  close(node: number): void {
    this.#starts[node + 1] = this.#all.length;
  }

  take(): Neighbours {
    return new Neighbours(this.#starts, new Int32Array(this.#all));
  }
}
