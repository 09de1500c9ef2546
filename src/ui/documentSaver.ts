/** How long a change may wait for the next one, so that typing does not write with each key. */
const delay = 150;
/** How long after a failure it is tried again, though nothing changes; each time twice as long, but no longer than the last. */
const pauses = { first: 2_000, last: 30_000 };

/** Is told how saving goes. */
export interface SavingObserver {
  /** Saving begins to fail; not told for each try after that. */
  failed(thrown: unknown): void;
  /** All is saved again, after a failure. */
  recovered(): void;
}

/**
 * Saves the open document: a moment after a change, and at once when that is asked for. What could not be saved counts as
 * not saved: the next change tries again, and without one it is tried after growing pauses.
 */
export class DocumentSaver {
  readonly #write: () => Promise<void>;
  readonly #observer: SavingObserver;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDirty = false;
  #writing = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #pause = pauses.first;
  #isFailing = false;
  #isTold = false;

  constructor(write: () => Promise<void>, observer: SavingObserver) {
    this.#write = write;
    this.#observer = observer;
  }

  /** The document has changed. */
  changed(): void {
    this.#isDirty = true;
    this.#timer ??= setTimeout(() => void this.flush(), delay);
  }

  /** Whether all that there is has been written. */
  get isSaved(): boolean {
    return !this.#isDirty && this.#writing === 0;
  }

  /** Saves what is not saved yet. Hands it to the browser before it returns, for the page may be closing. Never rejects. */
  async flush(): Promise<void> {
    if (!this.#isDirty) return;
    try {
      await this.save();
    } catch (thrown) {
      if (this.#isTold) return;
      this.#isTold = true;
      this.#observer.failed(thrown);
    }
  }

  /** Saves the document as it stands, changed or not. If that fails, whoever asked says so; it is tried again. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#retry);
    this.#timer = undefined;
    this.#isDirty = false;
    this.#writing += 1;
    try {
      await this.#write();
    } catch (thrown) {
      this.#isDirty = true;
      this.#tryAgain();
      throw thrown;
    } finally {
      this.#writing -= 1;
    }
    if (this.#isFailing && this.isSaved) this.#recover();
  }

  #tryAgain(): void {
    this.#isFailing = true;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#pause = Math.min(2 * this.#pause, pauses.last);
      void this.flush();
    }, this.#pause);
  }

  #recover(): void {
    clearTimeout(this.#retry);
    this.#isFailing = false;
    this.#isTold = false;
    this.#pause = pauses.first;
    this.#observer.recovered();
  }
}
