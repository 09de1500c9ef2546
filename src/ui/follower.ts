import type { TabMessages } from "./tabMessages.ts";

/** A run writes hundreds of times a second; nobody reads faster than this. */
const pace = 250;

/** Follows what another tab writes of a notebook: `look` is called after it has written, but not for each write. */
export class Follower {
  readonly #look: () => Promise<void>;
  #notebook: string | undefined;
  #isLooking = false;
  #isBehind = false;

  constructor(messages: TabMessages, look: () => Promise<void>) {
    this.#look = look;
    messages.listen((message) => {
      if (message.notebook === this.#notebook) void this.#written();
    });
  }

  /** Which notebook to follow from now on; none without an id. */
  follow(notebook: string | undefined): void {
    this.#notebook = notebook;
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
        await new Promise((resolve) => setTimeout(resolve, pace));
      }
    } finally {
      this.#isLooking = false;
    }
  }
}
