import type { EngineUpdate } from "./services.ts";

/** The page hears of a run this often at most, however much is going on. */
const interval = 100;

type Part = Omit<EngineUpdate, "run">;

const nothing = (): {
  events: EngineUpdate["events"][number][];
  logs: EngineUpdate["logs"][number][];
  progress: Record<string, EngineUpdate["progress"][string]>;
  displays: EngineUpdate["displays"][number][];
} => ({ events: [], logs: [], progress: {}, displays: [] });

/** Gathers what happens in a run into few messages: the first at once, then at most ten a second. */
export class Updates {
  #run: string;
  #send: (update: EngineUpdate) => void;
  #waiting = nothing();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDue = false;

  constructor(run: string, send: (update: EngineUpdate) => void) {
    this.#run = run;
    this.#send = send;
  }

  add(part: Partial<Part>): void {
    if (part.events) this.#waiting.events.push(...part.events);
    if (part.logs) this.#waiting.logs.push(...part.logs);
    if (part.displays) this.#waiting.displays.push(...part.displays);
    if (part.progress) Object.assign(this.#waiting.progress, part.progress);
    if (this.#timer !== undefined) {
      this.#isDue = true;
      return;
    }
    // Off the current turn, so that everything of one turn goes in one message.
    this.#timer = setTimeout(() => this.#tick(), 0);
    this.#isDue = true;
  }

  /** Sends what waits, at once. */
  flush(): void {
    if (!this.#isDue) return;
    this.#isDue = false;
    const part = this.#waiting;
    this.#waiting = nothing();
    this.#send({ run: this.#run, ...part });
  }

  #tick(): void {
    if (!this.#isDue) {
      this.#timer = undefined;
      return;
    }
    this.flush();
    this.#timer = setTimeout(() => this.#tick(), interval);
  }
}
