import type { TaskNumber } from "../core/events.ts";

const none = Symbol("none");

/** Something about task runs, by their numbers. These are dense, so an array does; a Map would be most of what an attempt costs. */
export class TaskMap<T> {
  readonly #slots: (T | typeof none)[] = [];

  has(number: TaskNumber): boolean {
    return number < this.#slots.length && this.#slots[number] !== none;
  }

  get(number: TaskNumber): T | undefined {
    if (number >= this.#slots.length) return undefined;
    const found = this.#slots[number] as T | typeof none;
    return found === none ? undefined : found;
  }

  set(number: TaskNumber, value: T): void {
    // One by one: an array with holes far apart would become a slow one.
    while (this.#slots.length <= number) this.#slots.push(none);
    this.#slots[number] = value;
  }

  delete(number: TaskNumber): void {
    if (number < this.#slots.length) this.#slots[number] = none;
  }

  clear(): void {
    this.#slots.length = 0;
  }

  /** In the order of the numbers. */
  values(): T[] {
    return this.#slots.filter((slot): slot is T => slot !== none);
  }
}
