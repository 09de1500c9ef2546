import type { EngineUpdate } from "../engine/services.ts";

/** What the tabs of this browser tell each other about a notebook; each tells the others and its own workers' page. */
export type TabMessage =
  /** Something of the notebook's store was written; the store is at this generation. `tables` are those of its database that have changed. */
  | {
      type: "written";
      notebook: string;
      generation: number;
      tables: readonly string[];
    }
  /** Its text was saved, or whether its flows run at their times. */
  | { type: "saved"; notebook: string }
  /** It was deleted. */
  | { type: "deleted"; notebook: string }
  /** A tab that was asked to has let go of it, and wrote all that it had. */
  | { type: "yielded"; notebook: string }
  /** A tab follows what another one does with it. */
  | { type: "following"; notebook: string }
  /** What goes on in it and is not written, for the tabs that follow. */
  | { type: "told"; notebook: string; update: ToldUpdate };

/** What a tab that follows cannot read of a run that goes on. */
export type ToldUpdate = Pick<EngineUpdate, "run" | "logs" | "progress">;

/** The channel between the tabs of this browser; without one this tab hears of its own database only. */
export class TabMessages {
  readonly #channel: BroadcastChannel | undefined;
  readonly #listeners = new Set<(message: TabMessage) => void>();

  constructor(channel: BroadcastChannel | undefined) {
    this.#channel = channel;
    if (channel)
      channel.onmessage = ({ data }: MessageEvent<TabMessage>) =>
        this.hear(data);
  }

  send(message: TabMessage): void {
    this.#channel?.postMessage(message);
  }

  /** Takes a message that came another way. */
  hear(message: TabMessage): void {
    for (const listener of [...this.#listeners]) listener(message);
  }

  /** Calls `listener` for every message until the function that comes back is called. */
  listen(listener: (message: TabMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
