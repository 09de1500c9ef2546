/** Web Locks of a browser, as far as tabs of this app use them. */
interface Asked {
  name: string;
  grant(): void;
}

/** Locks that all sessions of a test share; each lock is exclusive. */
export class FakeLocks {
  /** What takes a held lock away, by its name. */
  readonly #held = new Map<string, () => void>();
  readonly #waiting: Asked[] = [];

  request(
    name: string,
    ...args:
      | [(lock: object | null) => unknown]
      | [LockOptions, (lock: object | null) => unknown]
  ): Promise<unknown> {
    const hold = args.at(-1) as (lock: object | null) => unknown;
    const options = (args.length > 1 ? args[0] : {}) as LockOptions;
    return new Promise((resolve, reject) => {
      const grant = (): void => {
        const lose = (): void =>
          reject(new DOMException("Stolen", "AbortError"));
        this.#held.set(name, lose);
        void Promise.resolve()
          .then(() => hold({ name }))
          .finally(() => {
            if (this.#held.get(name) === lose) this.#release(name);
          })
          .then(resolve, reject);
      };
      if (options.steal) this.#held.get(name)?.();
      if (options.steal || !this.#held.has(name)) grant();
      else if (options.ifAvailable) resolve(hold(null));
      else {
        const asked = { name, grant };
        this.#waiting.push(asked);
        options.signal?.addEventListener("abort", () => {
          this.#waiting.splice(this.#waiting.indexOf(asked), 1);
          reject(new DOMException("Aborted", "AbortError"));
        });
      }
    });
  }

  query(): Promise<{ held: { name: string }[] }> {
    const held = [...this.#held.keys()].map((name) => ({ name }));
    return Promise.resolve({ held });
  }

  #release(name: string): void {
    this.#held.delete(name);
    const next = this.#waiting.findIndex((asked) => asked.name === name);
    if (next >= 0) this.#waiting.splice(next, 1)[0]!.grant();
  }
}
