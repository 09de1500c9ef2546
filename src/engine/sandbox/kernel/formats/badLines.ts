import { FlowError } from "../../../../core/errors.ts";
import { showValue } from "../../../../core/words.ts";

/** A line that is left out of the rows. */
export interface BadLine {
  /** Where it begins, from 1 on. */
  line: number;
  /** Its text, cut if it is long. */
  text: string;
  problem: string;
}

/** What a reader is told of a file besides its text. */
export interface ToldSource {
  /** What messages call it. */
  name: string;
  /** What a server says that it is: `text/csv`. */
  type?: string | undefined;
  /** Where the summary of skipped lines goes. */
  warn(message: string): void;
}

/** What to do about lines that do not fit: the option `badLines`. */
export type BadLineRule = "fail" | "skip" | ((bad: BadLine) => void);

export function readBadLineRule(given: unknown = "fail"): BadLineRule {
  if (given === "fail" || given === "skip" || typeof given === "function")
    return given as BadLineRule;
  throw new FlowError(
    "invalid-option",
    `badLines must be "fail", "skip" or a function that is told of each, not ${showValue(given)}.`,
  );
}

/** How many bad lines the summary shows. */
const mostShown = 5;

/** The bad lines of a file: the first one is an error, or each is told of, or all are summed up at the end. */
export class BadLines {
  #rule: BadLineRule;
  #source: ToldSource;
  #shown: BadLine[] = [];
  #count = 0;
  /** What is most likely wrong with the file as a whole, and what to do about it. */
  reason: string | undefined;

  constructor(rule: BadLineRule, source: ToldSource) {
    this.#rule = rule;
    this.#source = source;
  }

  tell(bad: BadLine): void {
    if (this.#rule === "fail")
      throw new FlowError(
        "row-mismatch",
        `${this.#source.name}, line ${bad.line}: ${bad.problem}. ${this.reason ?? 'Correct the line, or leave such lines out and be told of them: { badLines: "skip" }.'}`,
      );
    if (typeof this.#rule === "function") {
      this.#rule(bad);
      return;
    }
    this.#count += 1;
    if (this.#shown.length < mostShown) this.#shown.push(bad);
  }

  /** To be called at the end of the file. */
  summarise(): void {
    if (this.#count === 0) return;
    const more = this.#count - this.#shown.length;
    this.#source.warn(
      [
        `${this.#count} bad ${this.#count === 1 ? "line" : "lines"} of ${this.#source.name} left out:`,
        ...this.#shown.map(
          ({ line, problem, text }) => `line ${line}: ${problem}: ${text}`,
        ),
        ...(more > 0 ? [`and ${more} more`] : []),
        ...(this.reason === undefined ? [] : [this.reason]),
      ].join("\n"),
    );
  }
}
