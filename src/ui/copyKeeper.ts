/** How long nothing may have happened before a copy is made: it takes the database for as long as it lasts. */
const calm = 4_000;

/** Makes a copy of the open notebook when it has changed and is at rest. */
export class CopyKeeper {
  readonly #copy: () => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `copy` makes one; what fails is tried again after the next change. */
  constructor(copy: () => Promise<void>) {
    this.#copy = copy;
  }

  /** The notebook has changed. */
  changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#copy().catch(() => undefined);
    }, calm);
  }

  /** Another notebook is opened. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
