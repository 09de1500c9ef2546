import { formatDuration, parseDuration } from "../../../../core/duration.ts";
import { FlowError } from "../../../../core/errors.ts";
import { showValue } from "../../../../core/words.ts";
import { parseRate, type Rate } from "../rate.ts";
import type { Options } from "../readerOptions.ts";
import type { Requesting } from "./requests.ts";

/** How patient a request is with a server that fails now and then. */
export interface Patience {
  retries: number;
  /** The wait before the first retry; it doubles with each one. */
  retryDelay: number;
  /** How long one try may take, its body included. */
  timeout: number | undefined;
  rate: Rate | undefined;
}

/** Answers that another try may change: too early, too many, and what servers say when something behind them is down. */
const passing = [408, 425, 429, 500, 502, 503, 504];

/** A task that waits longer than this for one answer is better paused by its own retries. */
const longestWait = 5 * 60_000;
const longestBackoff = 60_000;

export function readPatience(options: Options): Patience {
  const { retries = 0, retryDelay = 1000, timeout, rate } = options;
  if (!Number.isSafeInteger(retries) || (retries as number) < 0)
    throw new FlowError(
      "invalid-option",
      `retries must be a whole number from 0, not ${showValue(retries)}.`,
    );
  return {
    retries: retries as number,
    retryDelay: parseDuration(retryDelay),
    timeout: timeout === undefined ? undefined : parseDuration(timeout),
    rate:
      rate === undefined
        ? undefined
        : parseRate(String(rate), "rate", "request"),
  };
}

/** How long to wait before the next try of what failed; undefined if there is no use in one. `tries` are those that were made. */
export function waitAfter(
  patience: Patience,
  tries: number,
  response: Response | undefined,
  now: number,
): number | undefined {
  if (response && !passing.includes(response.status)) return undefined;
  const asked = response && readRetryAfter(response, now);
  if (asked !== undefined) return asked <= longestWait ? asked : undefined;
  const backoff = patience.retryDelay * 2 ** (tries - 1);
  // Tasks that failed together should not come back together.
  return Math.min(backoff, longestBackoff) * (0.5 + Math.random() / 2);
}

/** What a server asks to wait, as seconds or as a date; undefined if it does not, or does not let web pages of other sites read it. */
export function readRetryAfter(
  response: Response,
  now: number,
): number | undefined {
  const text = response.headers.get("retry-after")?.trim();
  if (!text) return undefined;
  // Of "-5" the language makes a date as well; those of servers have letters in them.
  const wait = /^\d+(?:\.\d+)?$/.test(text)
    ? Number(text) * 1000
    : /[a-z]/i.test(text)
      ? Date.parse(text) - now
      : NaN;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** What a message adds about a server that asks to wait too long. */
export function adviseWait(response: Response, now: number): string {
  const wait = readRetryAfter(response, now);
  return wait === undefined || wait <= longestWait
    ? ""
    : `. It asks to wait ${formatDuration(wait)}: retry the task then, with retryDelay, or run again later`;
}

/** When the next request to a server may start, by its origin, of each worker. */
const nextStarts = new WeakMap<object, Map<string, number>>();

/** Waits for the request's turn, so that no more start in a worker than the rate allows. */
export async function waitForTurn(
  requesting: Requesting,
  origin: string,
  rate: Rate | undefined,
): Promise<void> {
  if (!rate) return;
  const { worker } = requesting;
  let starts = nextStarts.get(worker);
  if (!starts) nextStarts.set(worker, (starts = new Map()));
  const now = requesting.now();
  const turn = Math.max(now, starts.get(origin) ?? now);
  starts.set(origin, turn + rate.per / rate.starts);
  if (turn > now) await sleep(requesting, turn - now);
}

export function sleep(
  { job }: Requesting,
  milliseconds: number,
): Promise<void> {
  return job.guard(
    new Promise((resolve) => {
      job.setTimeout(resolve, milliseconds);
    }),
  );
}
