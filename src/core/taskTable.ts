/**
 * The task runs of a flow run, column by column: a run of 100,000 tasks is a few arrays of numbers, and what only some tasks
 * have (a message, an error, earlier attempts) is kept apart from them.
 *
 * Numbers 0 to n-1 are the graph's nodes. A mapped node's run is the root of a tree: its elements are a block of numbers
 * further on, and for nested maps so are theirs. A run is expanded when its block is made.
 */
import type { ErrorData } from "./errors.ts";
import type { Time } from "./events.ts";
import type { AttemptRecord, TaskRun } from "./run.ts";
import { isFinal, stateNames, stateNumbers } from "./state.ts";
import type { State } from "./state.ts";
import type { Ties } from "./ties.ts";
import type { Fates } from "./trigger.ts";

/** What only some task runs have. */
export interface Details {
  message?: string | undefined;
  error?: ErrorData | undefined;
  /** When the next attempt is due. */
  retryAt?: Time | undefined;
  /** When a pause ends. */
  until?: Time | undefined;
  /** Earlier attempts; the last one is in the columns unless there was more than one. */
  attempts?: AttemptRecord[];
  /** How many attempts were before the last resumption. */
  attemptsBefore?: number;
  fallbacks?: TaskRun["fallbacks"] | undefined;
  /** Where the result is kept, if not under the node's own key with this run. */
  resultRun?: string;
  resultKey?: string;
  resultRunAt?: Time | undefined;
  /** What the result was made of, and where its rows are. */
  files?: Ties["files"];
  tables?: Ties["tables"];
  /** What a `name` that is a function says. */
  name?: string;
  /** How the innermost runs of a mapped one have ended so far. */
  fates?: Fates;
  /** The task run that an element of a flattened map comes from. */
  source?: number;
  /** When a person gave it its result. */
  markedAt?: Time;
  /** It was to be cancelled while it was being committed: it is not tried again. */
  cancelled?: true;
}

export const flags = {
  /** Between the return of the function and the end of the commit. */
  committing: 1,
  /** Something is under way for it: an attempt, a wait for the next one or for a place, a question. */
  active: 2,
  /** It holds a place under a limit. */
  placed: 4,
  /** The fallback is being made, or was. */
  fallback: 8,
  /** A person resumed it. */
  resumed: 16,
  /** The run leaves it out. */
  excluded: 32,
  /** It changed since the last snapshot. */
  changed: 64,
  /** It is the result of a person's hand. */
  marked: 128,
  /** What waits for its end has been told, and what waits for its being expanded. Until then they count it as not ready. */
  toldEnd: 256,
  toldExpanded: 512,
  /** It holds a place, and has not begun. */
  coming: 1024,
} as const;

/** In place of an attempt that was asked for: what else is under way for a task run. */
export const asked = {
  nothing: 0,
  /** An answer is awaited: how long a map's lists are, or what a trigger that is a function says. */
  answer: -1,
  /** A place under a limit. */
  place: -2,
} as const;

const states = stateNames;
const finalStates = Uint8Array.from(states, (state) =>
  isFinal(state) ? 1 : 0,
);

export class TaskTable {
  /** How many there are. */
  size: number;
  stateNumber: Uint8Array;
  flag: Uint16Array;
  /** How many of the runs that it waits for are not ready. */
  waiting: Int32Array;
  /** The current or last attempt, and the one that was asked for and is not over (or one of {@link asked}); 0 for none. */
  attempt: Int32Array;
  asked: Int32Array;
  startedAt: Float64Array;
  endedAt: Float64Array;
  /** Of the result; NaN if none is kept. */
  bytes: Float64Array;
  /** The node that it is a run of, the run that it is an element of (-1), which element, and at which level of the map. */
  node: Int32Array;
  parent: Int32Array;
  place: Int32Array;
  level: Uint8Array;
  /** The block of its elements (-1), how many, and how many of them have not been told to be final. */
  first: Int32Array;
  count: Int32Array;
  open: Int32Array;
  readonly #details = new Map<number, Details>();

  constructor(nodes: number) {
    this.size = nodes;
    this.stateNumber = new Uint8Array(nodes);
    this.flag = new Uint16Array(nodes);
    this.waiting = new Int32Array(nodes);
    this.attempt = new Int32Array(nodes);
    this.asked = new Int32Array(nodes);
    this.startedAt = new Float64Array(nodes).fill(NaN);
    this.endedAt = new Float64Array(nodes).fill(NaN);
    this.bytes = new Float64Array(nodes).fill(NaN);
    this.node = new Int32Array(nodes);
    for (let number = 0; number < nodes; number += 1)
      this.node[number] = number;
    this.parent = new Int32Array(nodes).fill(-1);
    this.place = new Int32Array(nodes);
    this.level = new Uint8Array(nodes);
    this.first = new Int32Array(nodes).fill(-1);
    this.count = new Int32Array(nodes);
    this.open = new Int32Array(nodes);
  }

  state(number: number): State {
    return states[this.stateNumber[number]!]!;
  }

  setState(number: number, state: State): void {
    this.stateNumber[number] = stateNumbers[state];
  }

  isFinal(number: number): boolean {
    return finalStates[this.stateNumber[number]!] === 1;
  }

  has(number: number, flag: number): boolean {
    return (this.flag[number]! & flag) !== 0;
  }

  raise(number: number, flag: number): void {
    this.flag[number]! |= flag;
  }

  drop(number: number, flag: number): void {
    this.flag[number]! &= ~flag;
  }

  isExpanded(number: number): boolean {
    return this.first[number]! >= 0;
  }

  details(number: number): Details | undefined {
    return this.#details.get(number);
  }

  /** The same, to be changed. */
  edit(number: number): Details {
    let details = this.#details.get(number);
    if (!details) this.#details.set(number, (details = {}));
    return details;
  }

  /** Takes note of what a result hangs on, if there is anything. */
  setTies(number: number, { files, tables }: Ties): void {
    if (files) this.edit(number).files = files;
    if (tables) this.edit(number).tables = tables;
  }

  setMessage(number: number, message: string | undefined): void {
    if (message !== undefined) this.edit(number).message = message;
    else {
      const details = this.#details.get(number);
      if (details) details.message = undefined;
    }
  }

  /** Makes the elements of a run; they are Pending. */
  expand(number: number, count: number): void {
    const first = this.size;
    this.#grow(first + count);
    this.size = first + count;
    this.first[number] = first;
    this.count[number] = count;
    this.open[number] = count;
    const level = this.level[number]! + 1;
    this.startedAt.fill(NaN, first, this.size);
    this.endedAt.fill(NaN, first, this.size);
    this.bytes.fill(NaN, first, this.size);
    this.first.fill(-1, first, this.size);
    this.node.fill(this.node[number]!, first, this.size);
    this.parent.fill(number, first, this.size);
    this.level.fill(level, first, this.size);
    for (let place = 0; place < count; place += 1)
      this.place[first + place] = place;
    if (this.has(number, flags.excluded))
      this.flag.fill(flags.excluded, first, this.size);
  }

  /** The places of a run from the root of its map on: [] for a node's own. */
  path(number: number): number[] {
    // Of its length from the start: a list that grows has room for many, and this is asked for every element of a map.
    const path = new Array<number>(this.level[number]!);
    for (let at = path.length, run = number; at > 0; run = this.parent[run]!)
      path[--at] = this.place[run]!;
    return path;
  }

  /** The run of a node at the first `levels` places of a path; where the map does not go so far, the last run on the way. */
  find(node: number, path: readonly number[], levels: number): number {
    let run = node;
    for (let level = 0; level < levels; level += 1) {
      const first = this.first[run]!;
      const place = path[level];
      if (first < 0 || place === undefined || !(place < this.count[run]!))
        return run;
      run = first + place;
    }
    return run;
  }

  /** How the run ended, or its innermost elements; all of them are final. */
  addFates(number: number, to: Fates): void {
    if (this.isExpanded(number)) {
      const fates = this.details(number)?.fates;
      if (!fates) return;
      to.successful += fates.successful;
      to.skipped += fates.skipped;
      to.failed += fates.failed;
      to.cancelled += fates.cancelled;
    } else addFate(to, this.state(number));
  }

  /** Calls back for the runs at a level of the map of which this one is a run; none if they are not there. */
  forEachAt(level: number, number: number, call: (run: number) => void): void {
    if (this.level[number] === level) return call(number);
    const first = this.first[number]!;
    if (first < 0) return;
    const end = first + this.count[number]!;
    for (let run = first; run < end; run += 1) this.forEachAt(level, run, call);
  }

  /** Calls back for the innermost runs below a run, in order; for the run itself if it has no elements. */
  forEachLeaf(number: number, call: (leaf: number) => void): void {
    const first = this.first[number]!;
    if (first < 0) return call(number);
    const end = first + this.count[number]!;
    for (let run = first; run < end; run += 1) this.forEachLeaf(run, call);
  }

  #grow(size: number): void {
    if (size <= this.stateNumber.length) return;
    const room = Math.max(size, Math.ceil(this.stateNumber.length * 1.5), 64);
    this.stateNumber = copy(new Uint8Array(room), this.stateNumber);
    this.flag = copy(new Uint16Array(room), this.flag);
    this.waiting = copy(new Int32Array(room), this.waiting);
    this.attempt = copy(new Int32Array(room), this.attempt);
    this.asked = copy(new Int32Array(room), this.asked);
    this.startedAt = copy(new Float64Array(room), this.startedAt);
    this.endedAt = copy(new Float64Array(room), this.endedAt);
    this.bytes = copy(new Float64Array(room), this.bytes);
    this.node = copy(new Int32Array(room), this.node);
    this.parent = copy(new Int32Array(room), this.parent);
    this.place = copy(new Int32Array(room), this.place);
    this.level = copy(new Uint8Array(room), this.level);
    this.first = copy(new Int32Array(room), this.first);
    this.count = copy(new Int32Array(room), this.count);
    this.open = copy(new Int32Array(room), this.open);
  }
}

function copy<T extends { set(from: T): void }>(to: T, from: T): T {
  to.set(from);
  return to;
}

/** Counts a final state. */
export function addFate(to: Fates, state: State): void {
  switch (fateOf(state)) {
    case "successful":
      to.successful += 1;
      return;
    case "skipped":
      to.skipped += 1;
      return;
    case "cancelled":
      to.cancelled += 1;
      return;
    case "failed":
      to.failed += 1;
  }
}

/** How a final state counts. */
export function fateOf(state: State): keyof Fates {
  switch (state) {
    case "Success":
    case "Cached":
    case "Mapped":
      return "successful";
    case "Skipped":
      return "skipped";
    case "Cancelled":
      return "cancelled";
    default:
      return "failed";
  }
}
