/**
 * Requests that are tried again, wait their turn and say what went wrong: what `fetchText` and its like make, in a part that is
 * loaded with the first of them.
 */
import { formatDuration } from "../../../../core/duration.ts";
import { FlowError } from "../../../../core/errors.ts";
import { asSentence, showValue } from "../../../../core/words.ts";
import type { Job } from "../job.ts";
import type { Options } from "../readerOptions.ts";
import {
  adviseWait,
  type Patience,
  readPatience,
  sleep,
  waitAfter,
  waitForTurn,
} from "./patience.ts";

export { openAnswer } from "./answers.ts";
export { fetchChanged } from "./fetchChanged.ts";
export { openRemote } from "./remoteFile.ts";

/** What requests need of the worker that they are made in. */
export interface Requesting {
  /** Stands for the worker, which rates hold in. */
  worker: object;
  job: Job;
  fetch(address: URL, init: RequestInit): Promise<Response>;
  now(): number;
}

/** How much of the answer of a server that refuses is told. */
const quotedLength = 300;

/** What a server answered. */
export interface Answer<Value> {
  /** What was taken of the response's body. */
  value: Value;
  response: Response;
  /** What messages call the request. */
  source: string;
}

/**
 * The answer to a request, as `fetchText` and its like make it; rejects on any status but 2xx, and those that are expected
 * besides. `take` reads the body, which may fail, take too long and be tried again as the rest.
 */
export async function request<Value>(
  requesting: Requesting,
  to: URL,
  options: Options,
  take: (response: Response) => Promise<Value>,
  expected: readonly number[] = [],
): Promise<Answer<Value>> {
  const { job } = requesting;
  const address = new URL(to);
  addQuery(address, options.query);
  const init = toInit(options);
  const patience = readPatience(options);
  const source = `${init.method} ${address.href}`;
  for (let tries = 1; ; tries += 1) {
    await waitForTurn(requesting, address.origin, patience.rate);
    const fetch = (signal: AbortSignal) =>
      requesting.fetch(address, { ...init, signal });
    const outcome = await tryOnce(
      job,
      address,
      fetch,
      patience,
      async (response) =>
        response.ok || expected.includes(response.status)
          ? { value: await take(response), response, source }
          : undefined,
    );
    if ("answer" in outcome) return outcome.answer;
    const { problem, response, cause } = outcome;
    const wait = waitAfter(patience, tries, response, requesting.now());
    if (wait === undefined || tries > patience.retries) {
      const advice = response ? adviseWait(response, requesting.now()) : "";
      const told = `${source} ${problem}${advice}`;
      throw new Error(
        tries > 1
          ? told.replace(/(\.?)$/, ` (the last of ${tries} tries)$1`)
          : told,
        { cause },
      );
    }
    job.log("warning", [
      `${asSentence(`${source} ${problem}`)} Try ${tries + 1} of ${patience.retries + 1} follows in ${formatDuration(wait)}.`,
    ]);
    await sleep(requesting, wait);
  }
}

/** One try of a request: what `take` made of the answer, or what was wrong. */
async function tryOnce<Answer>(
  job: Job,
  address: URL,
  fetch: (signal: AbortSignal) => Promise<Response>,
  { timeout }: Patience,
  take: (response: Response) => Promise<Answer | undefined>,
): Promise<
  { answer: Answer } | { problem: string; response?: Response; cause?: unknown }
> {
  const giveUp = new AbortController();
  const abort = () => giveUp.abort();
  const { signal } = job.stopping;
  signal.addEventListener("abort", abort);
  const timer =
    timeout === undefined ? undefined : job.setTimeout(abort, timeout);
  let response: Response | undefined;
  try {
    response = await job.guard(fetch(giveUp.signal));
    const answer = await job.guard(take(response));
    if (answer) return { answer };
    const text = await job.guard(response.text()).catch(() => "");
    return { problem: describeStatus(response, text.trim()), response };
  } catch (cause) {
    // What was thrown then is that it was given up.
    if (giveUp.signal.aborted && !signal.aborted)
      return {
        problem: `did not answer within ${formatDuration(timeout!)}.`,
      };
    const problem = response
      ? `broke off its answer: ${(cause as Error).message}`
      : `got no answer: ${describeSilence(cause, address)}`;
    return { problem, cause };
  } finally {
    signal.removeEventListener("abort", abort);
    if (timer !== undefined) job.clearTimeout(timer);
  }
}

/** Says in an error of fetch itself why there may be no answer. A wrong argument is a TypeError too; these are Chromium, Firefox, WebKit and Node without an answer. */
export function tellSilence(thrown: TypeError, address: URL): void {
  if (
    /^(?:Failed to fetch|NetworkError|Load failed|fetch failed)/.test(
      thrown.message,
    )
  )
    thrown.message = `${address.href} got no answer: ${describeSilence(thrown, address)}`;
}

/** Why there may be no answer. Node says it in a cause; browsers say nothing, and refuse more. */
function describeSilence(thrown: unknown, { protocol }: URL): string {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const message = asSentence(error.message);
  const { navigator } = globalThis as { navigator?: { onLine?: boolean } };
  if (navigator?.onLine === false)
    return `${message} This browser is offline: connect it, then run again.`;
  if (error.cause instanceof Error)
    return `${message} The server cannot be reached.`;
  const insecure =
    protocol === "http:"
      ? ", is not asked by pages of https since its address begins with http"
      : "";
  return `${message} The server cannot be reached${insecure}, leads on to a host that is not allowed, or does not let web pages of other sites read its answers (CORS). If it can be opened in a tab of its own, it is the last: download the file and attach it, or ask for it by way of a server that allows it.`;
}

function describeStatus(
  { status, statusText }: Response,
  text: string,
): string {
  const quoted = text.slice(0, quotedLength);
  return `answered ${status}${statusText ? ` ${statusText}` : ""}${quoted ? `: ${quoted}${text.length > quotedLength ? "…" : ""}` : ""}`;
}

function addQuery(address: URL, query: unknown): void {
  if (query === undefined || query === null) return;
  if (typeof query !== "object")
    throw new FlowError(
      "invalid-option",
      `query is an object: { airport: "IAD" }, not ${showValue(query)}.`,
    );
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null)
      address.searchParams.append(name, String(value));
}

function toInit(options: Options): RequestInit {
  const { body, headers, method } = options;
  const init: RequestInit = {
    method:
      typeof method === "string"
        ? method.toUpperCase()
        : body === undefined
          ? "GET"
          : "POST",
  };
  const sent = new Headers(headers as HeadersInit | undefined);
  if (body !== undefined) {
    if (isBody(body)) {
      init.body = body;
    } else {
      init.body = JSON.stringify(body);
      if (!sent.has("content-type"))
        sent.set("content-type", "application/json");
    }
  }
  init.headers = sent;
  return init;
}

function isBody(body: unknown): body is BodyInit {
  return (
    typeof body === "string" ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body) ||
    body instanceof FormData ||
    body instanceof URLSearchParams ||
    body instanceof Blob
  );
}
