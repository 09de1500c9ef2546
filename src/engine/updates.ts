import type { EngineUpdate } from "./services.ts";
import { slotOf } from "./shownOutputs.ts";

/** The page hears of a run this often at most, however much is going on. */
const interval = 100;

/** What one message brings at most, so that a flood does not hold up the page. Lines that are too many wait for the next one. */
const mostLogLines = 5000;
/** Of outputs that are too many the first are dropped: no more are shown. */
const mostDisplays = 1000;

type Part = Omit<EngineUpdate, "run" | "firstEvent">;
type Display = EngineUpdate["displays"][number];

const nothing = (): {
  events: EngineUpdate["events"][number][];
  progress: Record<string, EngineUpdate["progress"][string]>;
} => ({ events: [], progress: {} });

/** Gathers what happens in a run into few messages: the first at once, then at most ten a second. */
export class Updates {
  #run: string;
  /** How many events of the run have been sent, or were there before. */
  #events: number;
  #send: (update: EngineUpdate) => void;
  #waiting = nothing();
  #logs: EngineUpdate["logs"][number][] = [];
  /** By what they stand in place of: the order is that in which they were last shown. */
  #displays = new Map<unknown, Display>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDue = false;

  /** For a run that has so many events already. */
  constructor(
    run: string,
    events: number,
    send: (update: EngineUpdate) => void,
  ) {
    this.#run = run;
    this.#events = events;
    this.#send = send;
  }

  add(part: Partial<Part>): void {
    for (const event of part.events ?? []) this.#waiting.events.push(event);
    if (part.progress) Object.assign(this.#waiting.progress, part.progress);
    for (const line of part.logs ?? []) this.#logs.push(line);
    for (const display of part.displays ?? []) this.#addDisplay(display);
    this.#isDue = true;
    // Off the current turn, so that everything of one turn goes in one message.
    this.#timer ??= setTimeout(() => this.#tick(), 0);
  }

  /** Sends all that waits, at once. */
  flush(): void {
    while (this.#isDue) this.#sendSome();
  }

  #addDisplay(display: Display): void {
    const slot = slotOf(display);
    this.#displays.delete(slot);
    this.#displays.set(slot, display);
    if (this.#displays.size > mostDisplays)
      this.#displays.delete(this.#displays.keys().next().value);
  }

  #sendSome(): void {
    const part = {
      ...this.#waiting,
      logs: this.#logs.slice(0, mostLogLines),
      displays: [...this.#displays.values()],
    };
    const firstEvent = this.#events;
    this.#events += part.events.length;
    this.#waiting = nothing();
    this.#logs = this.#logs.slice(mostLogLines);
    this.#displays.clear();
    this.#isDue = this.#logs.length > 0;
    this.#send({ run: this.#run, firstEvent, ...part });
  }

  #tick(): void {
    if (!this.#isDue) {
      this.#timer = undefined;
      return;
    }
    this.#sendSome();
    this.#timer = setTimeout(() => this.#tick(), interval);
  }
}
