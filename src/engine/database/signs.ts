/** What the database worker lets the engine see of itself, for once SQLite is entered, nothing can be told. */
import type { DatabaseSign } from "../services.ts";

export class Signs {
  #port: MessagePort | undefined;
  readonly #asked = new Map<number, () => void>();
  #asks = 0;

  /** Signs are given on this port from now on. */
  give(port: MessagePort): void {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<number>) => this.#allow(data);
    // Whoever was asked before is heard no more.
    for (const ask of [...this.#asked.keys()]) this.#allow(ask);
  }

  /** SQLite is entered for who goes by that key; `isBusy` says that the store is in the middle of something. */
  entered(by: string, isBusy: boolean): void {
    this.#post({ type: "entered", by, isBusy });
  }

  /** SQLite is left. */
  left(): void {
    this.#post({ type: "left" });
  }

  /**
   * Asks whether something may be written that cannot be taken back by another worker which takes over: the first that an
   * attempt, `writer`, writes, or what is not fenced. Never settles if one has. Undefined if nobody is there to be asked.
   */
  ask(writer?: string): Promise<void> | undefined {
    if (!this.#port) return undefined;
    const ask = (this.#asks += 1);
    const allowed = new Promise<void>((resolve) =>
      this.#asked.set(ask, resolve),
    );
    this.#post({ type: "asks", ask, writer });
    return allowed;
  }

  #allow(ask: number): void {
    this.#asked.get(ask)?.();
    this.#asked.delete(ask);
  }

  #post(sign: DatabaseSign): void {
    this.#port?.postMessage(sign);
  }
}
