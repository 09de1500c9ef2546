import type { FromWorker } from "./protocol.ts";
import { sizeOf } from "../core/sizeOf.ts";

/** What a worker may spend on the messages of a job at once, and in a second after that. */
const credit = 50_000;
const perSecond = 100;

/** Why a worker was ended that sent more than it may. */
export const tooMuch =
  "Its worker was stopped, for no task may send so much. Log and show less.";

/** For what a worker is given or told of so seldom that a flood of it is no task's doing. */
const priceOfRare = 1_000;
const bytesForOne = 20_000;

/**
 * Counts what a worker sends in the course of a job. Whoever is sent more than can be read never comes to what else there is to
 * read, such as that it should be stopped. What a task of any use logs, shows and asks for is far from the limit, and the kernel
 * keeps to it where code does not.
 */
export class MessageMeter {
  #left = credit;
  #at = performance.now();

  /** Whether the worker may send this, too. */
  pay(message: FromWorker): boolean {
    const now = performance.now();
    const earned = ((now - this.#at) / 1000) * perSecond;
    this.#left = Math.min(credit, this.#left + earned) - priceOf(message);
    this.#at = now;
    return this.#left >= 0;
  }

  /** A job is over; the next one pays for itself. */
  reset(): void {
    this.#left = credit;
  }
}

function priceOf(message: FromWorker): number {
  switch (message.type) {
    case "log":
    case "display":
      return 1 + sizeOf(message) / bytesForOne;
    case "progress":
    case "drawing":
    case "read-file":
      return 1;
    default:
      return priceOfRare;
  }
}
