import type { CacheEntry } from "../core/cache.ts";
import type { RunEvent } from "../core/events.ts";
import type { TableNow, TablesWritten } from "../core/tablesWritten.ts";
import type { Ties } from "../core/ties.ts";
import { attemptId } from "./attempt.ts";
import type { Clock } from "./clock.ts";
import type { AttemptRequest } from "./executor.ts";
import type { AttemptId } from "./protocol.ts";
import type { Commit, ResultsCommit } from "./services.ts";
import type { ElementKeys } from "../core/resultKeys.ts";
import { sizeOf } from "../core/sizeOf.ts";
import { expandResults, QuickEnds, type QuickResults } from "./quickResults.ts";

/** What a run needs of the notebook's store. */
export interface RunStore {
  /**
   * Waits until the database has done all that the attempt asked for, which may wait for the commit of another one; gives the
   * tables that it changed and left there. Undefined if all that was lost with the database, and whoever made the attempt makes
   * it again.
   */
  settle(attempt: AttemptId): Promise<TablesWritten | undefined>;
  commit(commit: Commit): Promise<unknown>;
  commitResults(commit: ResultsCommit): Promise<void>;
  rollback(attempt: AttemptId): Promise<void>;
  /** Whether the attempt has opened the database, so that its commit is also one of rows. */
  hasWritten(attempt: AttemptId): boolean;
  /** A write takes long and others wait for it: sees to it that it ends, if what holds it up is a query that does not. */
  unblock?(): void;
  appendEvents(
    run: string,
    firstEvent: number,
    events: readonly RunEvent[],
  ): Promise<void>;
  results(
    run: string,
    keys: readonly string[],
  ): Promise<readonly ({ value: unknown } | undefined)[]>;
  /** Of an attachment that there is now. */
  fileHash(name: string): Promise<string | undefined>;
  /** The tables that went besides the tasks. */
  tablesNow(): Promise<readonly TableNow[]>;
}

/** A result that is to be made durable together with its task's Success. */
export interface PendingCommit {
  request: AttemptRequest;
  key: string;
  value: unknown;
  usesDatabase: boolean;
  cache: CacheEntry | undefined;
  /** What it hangs on, if there is anything. */
  ties: Ties | undefined;
  /** When the attempt started and ended, if no event has told that it started; else NaN. */
  startedAt: number;
  endedAt: number;
  /** What a function calls it, if no event has told that; else empty. */
  name: string;
}

/** A result that is to be made durable, or several. */
export type Pending = PendingCommit | QuickResults;

/** Who is told what becomes of results. */
export interface CommitListener {
  /** They are on disk; `events` say so, and are in the list already. */
  kept(commits: readonly Pending[], events: readonly RunEvent[]): void;
  /** One could not be written; nothing of it was kept. */
  lost(commit: PendingCommit, thrown: unknown): void;
  /** Nothing is being written any more. */
  rested(): void;
}

/** How long events that need no commit may wait for others to be written with; what a reader sees should be on disk soon. */
const writeDelay = 10;

/**
 * Writes a run: its events in order, and with the results of its tasks. Writing is one at a time, so the list on disk never
 * has a gap. Results that come without rows while something is being written are written together after it: many small
 * tasks cost one transaction.
 */
export class Commits {
  readonly #run: string;
  readonly #store: RunStore;
  readonly #clock: Clock;
  readonly #listener: CommitListener;
  readonly #events: RunEvent[];
  #written: number;
  #pending: Pending[] = [];
  #isWriting = false;
  #isKeeping = false;
  #isDue = false;
  #cancelTimer: (() => void) | undefined;
  #isScheduled = false;
  #idle: (() => void)[] = [];

  constructor(
    run: string,
    past: readonly RunEvent[],
    parts: { store: RunStore; clock: Clock; written?: number | undefined },
    listener: CommitListener,
  ) {
    this.#run = run;
    this.#events = [...past];
    // Behind a gap nothing could be read again, so what is not on disk comes first.
    this.#written = Math.min(past.length, parts.written ?? Infinity);
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#listener = listener;
  }

  /** Whether no result is being made durable. */
  get isIdle(): boolean {
    return this.#pending.length === 0 && !this.#isWriting;
  }

  /** Adds an event to the list. */
  record(event: RunEvent): void {
    this.#events.push(event);
  }

  /** Makes results durable as soon as that can be. */
  add(commit: Pending): void {
    this.#pending.push(commit);
    if (this.#isWriting || this.#isScheduled) return;
    // Off the current turn, so that everything of one turn is written together.
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      void this.#write();
    });
  }

  /** Sees to it that events which need no commit are written before long. */
  writeSoon(): void {
    if (this.#cancelTimer || this.#events.length === this.#written) return;
    const at = this.#clock.now() + writeDelay;
    this.#cancelTimer = this.#clock.setTimer(at, () => {
      this.#cancelTimer = undefined;
      this.#isDue = true;
      void this.#write();
    });
  }

  /** Whether the list has events that are on their way to the disk and count only when they are there. */
  get isKeeping(): boolean {
    return this.#isKeeping;
  }

  /** Settles when nothing is being written. */
  settled(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  /** How many of the events are on disk. */
  get written(): number {
    return this.#written;
  }

  /** Writes what is left, if it can be written, and gives the whole list. */
  async close(): Promise<readonly RunEvent[]> {
    this.#stopTimer();
    await this.settled();
    this.#isDue = true;
    await this.#write();
    return this.#events;
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  async #write(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    try {
      for (;;) {
        const [first] = this.#pending;
        if (first && hasRows(first)) {
          this.#pending.shift();
          await this.#commitRows(first);
        } else if (first) await this.#commitResults(this.#takeResults());
        else if (this.#isDue && this.#events.length > this.#written)
          await this.#appendEvents();
        else break;
      }
    } finally {
      this.#isWriting = false;
      this.#isDue = false;
      for (const call of this.#idle.splice(0)) call();
      this.#listener.rested();
    }
  }

  /** The results at the head of the queue that come without rows. */
  #takeResults(): Pending[] {
    const end = this.#pending.findIndex(hasRows);
    return this.#pending.splice(0, end < 0 ? this.#pending.length : end);
  }

  async #commitRows(commit: PendingCommit): Promise<void> {
    const { request, key, value, cache } = commit;
    const size = sizeOf(value);
    const event = this.#singleEvent(commit, size);
    await this.#keep([commit], [event], (events) =>
      this.#store.commit({
        attempt: attemptId(request),
        events,
        firstEvent: this.#written,
        key,
        result: value,
        ...(cache ? { cache: { ...cache, size } } : {}),
      }),
    );
  }

  async #commitResults(commits: readonly Pending[]): Promise<void> {
    const events: RunEvent[] = [];
    const keys: (string | ElementKeys)[] = [];
    const values: unknown[] = [];
    const cache: CacheEntry[] = [];
    const quick = new QuickEnds(countOf(commits));
    for (const commit of commits) {
      if (areMany(commit)) {
        quick.addAll(commit);
        for (const key of commit.keys) keys.push(key);
        for (const value of commit.values) values.push(value);
        continue;
      }
      const size = sizeOf(commit.value);
      keys.push(commit.key);
      values.push(commit.value);
      if (commit.cache) cache.push({ ...commit.cache, size });
      const isFirst = commit.request.attempt === 1;
      if (isFirst && !Number.isNaN(commit.startedAt) && !commit.ties)
        quick.add(commit, size);
      else events.push(...this.#eventsOf(commit, size));
    }
    if (quick.count > 0) events.push(quick.toEvent(this.#clock.now()));
    const isTold = await this.#keep(commits, events, (batch) =>
      this.#store.commitResults({
        run: this.#run,
        keys,
        values,
        events: batch,
        firstEvent: this.#written,
        cache,
      }),
    );
    if (isTold) return;
    // What cannot be kept is no fault of what is written with it.
    const singles = commits.flatMap((commit) =>
      areMany(commit) ? expandResults(commit) : [commit],
    );
    const half = singles.length >> 1;
    if (half > 0) await this.#commitResults(singles.slice(0, half));
    await this.#commitResults(singles.slice(half));
  }

  #singleEvent({ request, ties }: PendingCommit, size: number): RunEvent {
    return {
      type: "attempt-committed",
      at: this.#clock.now(),
      task: request.number,
      attempt: request.attempt,
      size,
      ...ties,
    };
  }

  /** The end of an attempt, and what comes before it if nothing was told of it so far. */
  #eventsOf(commit: PendingCommit, size: number): RunEvent[] {
    const { startedAt, endedAt, request, name } = commit;
    const committed = this.#singleEvent(commit, size);
    if (Number.isNaN(startedAt)) return [committed];
    const of = { task: request.number, attempt: request.attempt };
    return [
      { type: "attempt-started", at: startedAt, ...of },
      ...(name
        ? [{ type: "attempt-named" as const, at: startedAt, ...of, name }]
        : []),
      { type: "attempt-returned", at: endedAt, ...of },
      committed,
    ];
  }

  /**
   * Writes with these events in the list; they are taken out again if that fails. Tells the listener what became of the
   * commits, and gives false where it is not known which of several is to blame.
   */
  async #keep(
    commits: readonly Pending[],
    events: readonly RunEvent[],
    write: (batch: readonly RunEvent[]) => Promise<unknown>,
  ): Promise<boolean> {
    for (const event of events) this.#events.push(event);
    const batch = this.#events.slice(this.#written);
    this.#isKeeping = true;
    try {
      await write(batch);
    } catch (thrown) {
      this.#isKeeping = false;
      const taken = new Set(events);
      let count = 0;
      for (const event of this.#events)
        if (!taken.has(event)) this.#events[count++] = event;
      this.#events.length = count;
      const [commit, ...others] = commits;
      if (others.length > 0 || !commit || areMany(commit)) return false;
      this.#listener.lost(commit, thrown);
      return true;
    }
    this.#isKeeping = false;
    this.#written += batch.length;
    // What waited to be written came along.
    this.#stopTimer();
    this.writeSoon();
    this.#listener.kept(commits, events);
    return true;
  }

  /** A failure is not the end of the run: the next write tries again. */
  async #appendEvents(): Promise<void> {
    this.#isDue = false;
    const batch = this.#events.slice(this.#written);
    try {
      await this.#store.appendEvents(this.#run, this.#written, batch);
      this.#written += batch.length;
    } catch {
      // said by whoever commits next
    }
  }
}

function areMany(commit: Pending): commit is QuickResults {
  return "requests" in commit;
}

function hasRows(commit: Pending): commit is PendingCommit {
  return !areMany(commit) && commit.usesDatabase;
}

function countOf(commits: readonly Pending[]): number {
  let count = 0;
  for (const commit of commits)
    count += areMany(commit) ? commit.requests.length : 1;
  return count;
}
