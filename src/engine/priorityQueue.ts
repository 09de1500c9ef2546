interface Lane<T> {
  items: T[];
  head: number;
}

/** Things that wait, the highest priority first, and among equals the first that came. */
export class PriorityQueue<T> {
  readonly #lanes = new Map<number, Lane<T>>();
  /** That of the highest priority. */
  #top: Lane<T> | undefined;
  /** The priorities that something waits with, ascending. */
  readonly #priorities: number[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(item: T, priority: number): void {
    let lane = this.#lanes.get(priority);
    if (!lane) {
      this.#lanes.set(priority, (lane = { items: [], head: 0 }));
      let at = this.#priorities.length;
      while (at > 0 && this.#priorities[at - 1]! > priority) at -= 1;
      this.#priorities.splice(at, 0, priority);
      this.#findTop();
    }
    lane.items.push(item);
    this.#size += 1;
  }

  /** The next one, without taking it. */
  peek(): T | undefined {
    return this.#top?.items[this.#top.head];
  }

  shift(): T | undefined {
    const lane = this.#top;
    if (!lane) return undefined;
    const item = lane.items[lane.head];
    lane.head += 1;
    this.#size -= 1;
    if (lane.head === lane.items.length) {
      this.#lanes.delete(this.#priorities.pop()!);
      this.#findTop();
    }
    return item;
  }

  #findTop(): void {
    this.#top = this.#lanes.get(this.#priorities.at(-1)!);
  }
}
