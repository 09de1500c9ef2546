/** How long a change may wait for the next one, so that typing does not write with each key. */
const delay = 150;

/**
 * Saves the open document: a moment after a change, and at once when that is asked for. What could not be saved counts as
 * not saved, so that the next change tries again.
 */
export class DocumentSaver {
  readonly #write: () => Promise<void>;
  readonly #onFailure: (thrown: unknown) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDirty = false;
  #writing = 0;
  #hasFailed = false;

  /** `onFailure` is told once when saving begins to fail, not for each change after that. */
  constructor(
    write: () => Promise<void>,
    onFailure: (thrown: unknown) => void,
  ) {
    this.#write = write;
    this.#onFailure = onFailure;
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
      this.#hasFailed = false;
    } catch (thrown) {
      if (!this.#hasFailed) this.#onFailure(thrown);
      this.#hasFailed = true;
    }
  }

  /** Saves the document as it stands, changed or not. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isDirty = false;
    this.#writing += 1;
    try {
      await this.#write();
    } catch (thrown) {
      this.#isDirty = true;
      throw thrown;
    } finally {
      this.#writing -= 1;
    }
  }
}
