import type { RunEvent } from "../core/events.ts";
import { expandKeys, type ResultKeys } from "../core/resultKeys.ts";
import { sizeOf } from "../core/sizeOf.ts";
import type { PendingCommit } from "./commits.ts";
import type { AttemptRequest } from "./executor.ts";

/**
 * Results of first attempts that no event has told of, and that have neither rows nor files nor a place in the cache: nearly all
 * of a map's, so they are kept in columns.
 */
export interface QuickResults {
  readonly requests: readonly AttemptRequest[];
  readonly keys: ResultKeys;
  readonly values: readonly unknown[];
  readonly startedAt: ArrayLike<number>;
  readonly endedAt: ArrayLike<number>;
  /** What a function calls each, empty for none; missing if none has a name. */
  readonly names: readonly string[] | undefined;
}

/** The same one by one, where something is about one of them. */
export function expandResults(results: QuickResults): PendingCommit[] {
  const { requests, values, startedAt, endedAt, names } = results;
  const keys = expandKeys(results.keys);
  return requests.map((request, at) => ({
    request,
    key: keys[at]!,
    value: values[at],
    usesDatabase: false,
    cache: undefined,
    ties: undefined,
    startedAt: startedAt[at]!,
    endedAt: endedAt[at]!,
    name: names?.[at] ?? "",
  }));
}

/** First attempts that are told of from start to commit in one event. */
export class QuickEnds {
  count = 0;
  readonly #tasks: Int32Array;
  readonly #startedAt: Float64Array;
  readonly #endedAt: Float64Array;
  readonly #sizes: Float64Array;
  #names: string[] | undefined;

  constructor(most: number) {
    this.#tasks = new Int32Array(most);
    this.#startedAt = new Float64Array(most);
    this.#endedAt = new Float64Array(most);
    this.#sizes = new Float64Array(most);
  }

  add(
    { request, startedAt, endedAt, name }: PendingCommit,
    size: number,
  ): void {
    const at = this.count++;
    this.#tasks[at] = request.number;
    this.#startedAt[at] = startedAt;
    this.#endedAt[at] = endedAt;
    this.#sizes[at] = size;
    if (name) this.#setName(at, name);
  }

  addAll(results: QuickResults): void {
    const { requests, values, names } = results;
    const first = this.count;
    this.count += requests.length;
    this.#startedAt.set(results.startedAt, first);
    this.#endedAt.set(results.endedAt, first);
    for (let at = 0; at < requests.length; at += 1) {
      this.#tasks[first + at] = requests[at]!.number;
      this.#sizes[first + at] = sizeOf(values[at]);
      const name = names?.[at];
      if (name) this.#setName(first + at, name);
    }
  }

  toEvent(at: number): RunEvent {
    const { count } = this;
    const names = this.#names?.slice(0, count);
    return {
      type: "attempts-committed",
      at,
      tasks: this.#tasks.slice(0, count),
      startedAt: this.#startedAt.slice(0, count),
      endedAt: this.#endedAt.slice(0, count),
      sizes: this.#sizes.slice(0, count),
      ...(names ? { names } : {}),
    };
  }

  #setName(at: number, name: string): void {
    this.#names ??= new Array<string>(this.#tasks.length).fill("");
    this.#names[at] = name;
  }
}
