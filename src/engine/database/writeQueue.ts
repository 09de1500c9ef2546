/** One writer at a time; the others wait in the order in which they came. */
export class WriteQueue<Owner> {
  #holder: Owner | undefined;
  #waiting: {
    owner: Owner;
    resolve: () => void;
    reject: (reason: unknown) => void;
  }[] = [];

  /** Resolves when it is the owner's turn. */
  enter(owner: Owner): Promise<void> {
    if (this.#holder === undefined) {
      this.#holder = owner;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ owner, resolve, reject });
    });
  }

  /** Whether it is the owner's turn. */
  holds(owner: Owner): boolean {
    return this.#holder === owner;
  }

  /** Ends the owner's turn, or its waiting, which then rejects. */
  leave(owner: Owner, reason: unknown): void {
    if (this.#holder !== owner) {
      const gone = this.#waiting.filter((entry) => entry.owner === owner);
      this.#waiting = this.#waiting.filter((entry) => entry.owner !== owner);
      for (const entry of gone) entry.reject(reason);
      return;
    }
    const next = this.#waiting.shift();
    this.#holder = next?.owner;
    next?.resolve();
  }
}
