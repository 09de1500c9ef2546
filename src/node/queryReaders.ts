import { FlowError } from "../core/errors.ts";
import type { QueryRows } from "../engine/database/execute.ts";
import type {
  ReaderQuery,
  Readers,
  Reading,
} from "../engine/database/readers.ts";
import type { Reader, ReaderListener } from "./readerProcess.ts";

/** How many queries are made at once; others wait for one of them to end. */
const most = 8;

/** How long a process that has nothing to do is kept, in milliseconds. */
const idleTime = 10_000;

/** A query that waits, or is being made. */
interface Asked {
  readonly query: ReaderQuery;
  resolve(rows: QueryRows | undefined): void;
  reject(reason: unknown): void;
  slot: Slot | undefined;
}

/** A process, and what it is at. */
interface Slot {
  reader: Reader | undefined;
  asked: Asked | undefined;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Makes queries in processes of their own, beside what is written: SQLite lets them read what was committed when they began. None
 * is started before one is needed. SQLite cannot be interrupted, so a query is ended by ending its process.
 */
export class QueryReaders implements Readers {
  readonly #start: (listener: ReaderListener) => Reader;
  readonly #isShort: (query: ReaderQuery) => boolean;
  readonly #slots = new Set<Slot>();
  readonly #waiting = new Set<Asked>();
  readonly #ending = new Set<Promise<void>>();
  /** Set when a process came to nothing. */
  #isUnavailable = false;

  constructor(
    start: (listener: ReaderListener) => Reader,
    isShort: (query: ReaderQuery) => boolean,
  ) {
    this.#start = start;
    this.#isShort = isShort;
  }

  read(query: ReaderQuery): Reading | undefined {
    if (this.#isUnavailable || this.#isShort(query)) return undefined;
    let stop: Reading["stop"] = () => {};
    const rows = new Promise<QueryRows | undefined>((resolve, reject) => {
      const asked: Asked = { query, resolve, reject, slot: undefined };
      stop = (reason) => this.#stop(asked, reason);
      this.#waiting.add(asked);
    });
    this.#pump();
    return { rows, stop };
  }

  /** Ends all processes; resolves when they are gone. */
  async close(): Promise<void> {
    const reason = new FlowError("storage-failed", "The notebook was closed.");
    for (const asked of this.#waiting) asked.reject(reason);
    this.#waiting.clear();
    for (const slot of this.#slots) {
      slot.asked?.reject(reason);
      this.#drop(slot);
    }
    await Promise.all(this.#ending);
  }

  #stop(asked: Asked, reason: Error): void {
    this.#waiting.delete(asked);
    if (asked.slot?.asked === asked) {
      this.#drop(asked.slot);
      this.#pump();
    }
    asked.reject(reason);
  }

  #pump(): void {
    for (const asked of this.#waiting) {
      const slot = this.#free();
      if (!slot) return;
      this.#waiting.delete(asked);
      clearTimeout(slot.timer);
      slot.asked = asked;
      asked.slot = slot;
      slot.reader!.ask(asked.query);
    }
  }

  /** A process that has nothing to do, or a new one; undefined if there are enough. */
  #free(): Slot | undefined {
    for (const slot of this.#slots) if (!slot.asked) return slot;
    if (this.#slots.size >= most) return undefined;
    const slot: Slot = {
      ...{ reader: undefined, asked: undefined, timer: undefined },
    };
    try {
      slot.reader = this.#start({
        answered: (answer) => this.#answered(slot, answer),
        ended: (wasReady, how) => this.#ended(slot, wasReady, how),
      });
    } catch {
      this.#giveUp();
      return undefined;
    }
    this.#slots.add(slot);
    return slot;
  }

  #answered(slot: Slot, answer: () => QueryRows): void {
    const { asked } = slot;
    if (!asked || !this.#slots.has(slot)) return;
    slot.asked = undefined;
    slot.timer = setTimeout(() => this.#drop(slot), idleTime).unref();
    this.#pump();
    try {
      asked.resolve(answer());
    } catch (thrown) {
      asked.reject(thrown);
    }
  }

  /** A process has ended by itself. */
  #ended(slot: Slot, wasReady: boolean, how: string): void {
    if (!this.#slots.delete(slot)) return;
    clearTimeout(slot.timer);
    const { asked } = slot;
    if (!wasReady) {
      if (asked) this.#waiting.add(asked);
      this.#giveUp();
      return;
    }
    asked?.reject(
      new FlowError(
        "storage-failed",
        `The process that made this query has ended (${how}): perhaps its rows take more memory than there is, or somebody ended it. Nothing was lost. Ask for fewer rows at once, or run it again.`,
      ),
    );
    this.#pump();
  }

  /** No process can be started here, so all wait for the one that writes. */
  #giveUp(): void {
    this.#isUnavailable = true;
    for (const asked of this.#waiting) asked.resolve(undefined);
    this.#waiting.clear();
  }

  #drop(slot: Slot): void {
    this.#slots.delete(slot);
    clearTimeout(slot.timer);
    const ending = slot.reader!.kill();
    this.#ending.add(ending);
    void ending.then(() => this.#ending.delete(ending));
  }
}
