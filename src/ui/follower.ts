import type { EngineUpdate } from "../engine/services.ts";
import type { TabMessages, ToldUpdate } from "./tabMessages.ts";

/** A run writes hundreds of times a second; nobody reads faster than this. */
const pace = 250;

/** Lets tabs follow what another one does with a notebook. */
export class Follower {
  readonly #messages: Pick<TabMessages, "send" | "listen">;
  readonly #look: () => Promise<void>;
  /** The notebook that this tab follows. */
  #notebook: string | undefined;
  /** The notebook that another tab was heard to follow last. */
  #followed: string | undefined;
  #isLooking = false;
  #isBehind = false;

  /**
   * `look` is called after another tab has written, but not for each write; `take` with what goes on there and is not written
   * yet.
   */
  constructor(
    messages: Pick<TabMessages, "send" | "listen">,
    look: () => Promise<void>,
    take: (update: ToldUpdate) => void,
  ) {
    this.#messages = messages;
    this.#look = look;
    messages.listen((message) => {
      if (message.type === "following") this.#followed = message.notebook;
      else if (message.notebook !== this.#notebook) return;
      else if (message.type === "told") take(message.update);
      else void this.#written();
    });
  }

  /** Which notebook to follow from now on; none without an id. */
  follow(notebook: string | undefined): void {
    this.#notebook = notebook;
    this.#tellFollowing();
  }

  /** Tells the tabs that follow a notebook what goes on in it, as far as that is nothing to be read. */
  tell(notebook: string | undefined, update: EngineUpdate): void {
    const { run, logs, progress } = update;
    if (notebook === undefined || notebook !== this.#followed) return;
    if (logs.length === 0 && Object.keys(progress).length === 0) return;
    const told = { run, logs, progress };
    this.#messages.send({ type: "told", notebook, update: told });
  }

  #tellFollowing(): void {
    const notebook = this.#notebook;
    if (notebook !== undefined)
      this.#messages.send({ type: "following", notebook });
  }

  async #written(): Promise<void> {
    this.#isBehind = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      while (this.#isBehind && this.#notebook !== undefined) {
        this.#isBehind = false;
        // What cannot be read now is read after the next write.
        await this.#look().catch(() => undefined);
        // Whoever writes may be another tab by now.
        this.#tellFollowing();
        await new Promise((resolve) => setTimeout(resolve, pace));
      }
    } finally {
      this.#isLooking = false;
    }
  }
}
