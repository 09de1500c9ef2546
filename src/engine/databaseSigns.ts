import type { DatabaseSign } from "./services.ts";

/** What SQLite is busy with in a database worker. */
export interface Entered {
  /** The key of the attempt, or of the query of the page. */
  readonly by: string;
  /** When it was seen, by `performance.now()`. */
  readonly at: number;
  /** Whether the store was in the middle of something, which keeps other workers from it. */
  readonly isBusy: boolean;
}

/** What the engine sees of a database worker, and what it lets it do. */
export class DatabaseSigns {
  entered: Entered | undefined;
  /** The attempts that it was allowed to write for, by their keys. */
  readonly writers = new Set<string>();
  /** Told when SQLite is entered, or left. */
  changed = () => {};
  #port: MessagePort;
  /** What it asks while another one may be about to take over. */
  #held: (DatabaseSign & { type: "asks" })[] | undefined;

  constructor(port: MessagePort) {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<DatabaseSign>) => this.#see(data);
  }

  /** Lets nobody write any more: what is not written yet can be asked of another one. */
  hold(): void {
    this.#held ??= [];
  }

  /** Lets everybody write again. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const sign of held) this.#see(sign);
  }

  #see(sign: DatabaseSign): void {
    if (sign.type === "asks") {
      if (this.#held) return void this.#held.push(sign);
      if (sign.writer !== undefined) this.writers.add(sign.writer);
      this.#port.postMessage(sign.ask);
      return;
    }
    const { type, ...of } = sign;
    this.entered =
      type === "entered"
        ? { ...(of as Pick<Entered, "by" | "isBusy">), at: performance.now() }
        : undefined;
    this.changed();
  }
}
