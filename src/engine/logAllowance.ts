import type { LogLevel } from "./protocol.ts";

/** How much may be logged, in bytes, about: the page and the store hold all of it. */
const most = { task: 10_000_000, run: 100_000_000 };

/** What a line takes beside its text. */
const bytesOfLine = 100;

/** Lets the lines of one go of a task, or of a run, through up to a limit. In the place of the first that is beyond it stands a line that says so. */
export class LogAllowance {
  readonly #of: keyof typeof most;
  #left: number;

  constructor(of: keyof typeof most) {
    this.#of = of;
    this.#left = most[of];
  }

  /** The line that is to be logged; undefined if none is any more. */
  take<Line extends { level: LogLevel; text: string }>(
    line: Line,
  ): Line | undefined {
    if (this.#left < 0) return undefined;
    this.#left -= 2 * line.text.length + bytesOfLine;
    if (this.#left >= 0) return line;
    return {
      ...line,
      level: "warning",
      text: `The log of one ${this.#of} ends at ${most[this.#of] / 1e6} MB: this line and those after it are dropped. Log less, or load what is needed into a table.`,
    };
  }
}
