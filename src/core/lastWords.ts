import type { RunEvent } from "./events.ts";
import type { NodeOptions } from "./graph.ts";
import { asSentence } from "./words.ts";

/** What is said of an attempt that is the last one, though there may be retries left. */
export function lastWords(
  failure: {
    message: string;
    told: string;
    retry?: (RunEvent & { type: "attempt-failed" })["retry"];
  },
  tries: number,
  { retries, functions }: NodeOptions,
): string {
  const { retry } = failure;
  const isEarly = retry?.type === "never" && tries <= retries;
  const thrown = isEarly ? retry.why : undefined;
  // That `retryIf` answers no to the first failure is what it is for.
  if (tries === 1 && thrown === undefined) return failure.message;
  const told = `Attempt ${tries} of ${Math.max(tries, retries + 1)} ${failure.told}`;
  const why =
    thrown ??
    (isEarly && functions.includes("retryIf")
      ? "retryIf allows none"
      : undefined);
  return why === undefined
    ? told
    : `${asSentence(told)} There is no retry: ${asSentence(why)}`;
}
