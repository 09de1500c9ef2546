import { FlowError } from "../../core/errors.ts";
import type { FoundPages } from "../../core/pages.ts";
import type { OpenFile } from "./databaseFile.ts";

/** What of an open database is not in memory yet, and what becomes of that. */
export class UnreadRest {
  readonly #file: OpenFile;
  readonly #lose: (reason: FlowError) => void;
  #fetched: Promise<void> | undefined;
  #isClosed = false;

  /** `lose` is told that the disk has lost what was not in memory yet. */
  constructor(file: OpenFile, lose: (reason: FlowError) => void) {
    this.#file = file;
    this.#lose = lose;
  }

  /** Reads it in peace: later nothing has to wait for it, and nothing of it can be lost. */
  fetch(): Promise<void> {
    const { unread } = this.#file;
    if (!unread) return Promise.resolve();
    this.#fetched ??= unread
      .fetchRest(() => !this.#isClosed)
      .catch((thrown: unknown) => this.#lose(lostPart(thrown)));
    return this.#fetched;
  }

  /** Lets go of what is in memory; `found` is the same as it is stored. */
  release(found: FoundPages): void {
    this.#fetched = undefined;
    this.#file.unread?.load(found);
  }

  /** Does what may want some of it: SQLite says no more than that it could not read. */
  orLost<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      const lost = this.#file.unread?.lost;
      if (!lost) throw thrown;
      const reason = lostPart(lost);
      this.#lose(reason);
      throw reason;
    }
  }

  close(): void {
    this.#isClosed = true;
  }
}

function lostPart(cause: unknown): FlowError {
  return new FlowError(
    "storage-failed",
    "The browser has lost a part of this notebook's stored database. Nothing more is read or written, and what is left stays as it is: reload the page to see what can be done.",
    { cause },
  );
}
