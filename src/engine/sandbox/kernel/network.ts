import { formatDuration } from "../../../core/duration.ts";
import { FlowError } from "../../../core/errors.ts";
import { asSentence, showValue } from "../../../core/words.ts";
import { anyHost } from "../../protocol.ts";
import { type Current, jobOutside } from "./current.ts";
import type { Job } from "./job.ts";
import {
  adviseWait,
  type Patience,
  patienceOptions,
  readPatience,
  sleep,
  waitAfter,
  waitForTurn,
} from "./patience.ts";
import type { Options } from "./readerOptions.ts";

/** The options that are about the request, and not about what is made of the answer. */
export const requestOptions = [
  "method",
  "headers",
  "query",
  "body",
  ...patienceOptions,
];

/** How much of the answer of a server that refuses is told. */
const quotedLength = 300;

/** Refuses an address whose host the reader did not allow, in words; the policy of the frame is what enforces it. */
function checkHost(current: Current, address: URL): void {
  if (address.protocol === "blob:" || address.protocol === "data:") return;
  const { hosts } = current;
  if (hosts.includes(anyHost) || hosts.includes(address.origin)) return;
  throw new FlowError(
    "host-not-allowed",
    `This notebook may not contact ${address.host}: nobody has allowed it. Allow ${address.origin} for this notebook, then run again.`,
  );
}

/** `fetch` of the cells: as ever, but refused while the graph is drawn, and with words for a host that is not allowed. */
export function fetchAllowed(
  current: Current,
  input: unknown,
  init?: unknown,
): Promise<Response> {
  return fetchFor(jobOutside(current, "fetch"), current, input, init);
}

async function fetchFor(
  job: Job,
  current: Current,
  input: unknown,
  init: unknown,
): Promise<Response> {
  const address = toAddress(input instanceof Request ? input.url : input);
  checkHost(current, address);
  return await job.guard(
    current.platform.fetch(
      input instanceof Request ? input : address,
      init as RequestInit,
    ),
  );
}

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
  current: Current,
  url: unknown,
  options: Options,
  take: (response: Response) => Promise<Value>,
  expected: readonly number[] = [],
): Promise<Answer<Value>> {
  const job = jobOutside(current, "The network");
  const { now } = current.platform;
  const address = toAddress(url);
  addQuery(address, options.query);
  checkHost(current, address);
  const init = toInit(options);
  const patience = readPatience(options);
  const source = `${init.method} ${address.href}`;
  for (let tries = 1; ; tries += 1) {
    await waitForTurn(current, job, address.origin, patience.rate);
    const fetch = (signal: AbortSignal) =>
      current.platform.fetch(address, { ...init, signal });
    const outcome = await tryOnce(job, fetch, patience, async (response) =>
      response.ok || expected.includes(response.status)
        ? { value: await take(response), response, source }
        : undefined,
    );
    if ("answer" in outcome) return outcome.answer;
    const { problem, response, cause } = outcome;
    const wait = waitAfter(patience, tries, response, now());
    if (wait === undefined || tries > patience.retries) {
      const advice = response ? adviseWait(response, now()) : "";
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
    await sleep(job, wait);
  }
}

/** One try of a request: what `take` made of the answer, or what was wrong. */
async function tryOnce<Answer>(
  job: Job,
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
      : `got no answer: ${describeSilence(cause)}`;
    return { problem, cause };
  } finally {
    signal.removeEventListener("abort", abort);
    if (timer !== undefined) job.clearTimeout(timer);
  }
}

/** Node says in a cause why there was no answer; browsers say nothing, and refuse more. */
function describeSilence(thrown: unknown): string {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return error.cause instanceof Error
    ? `${error.message}. The server cannot be reached.`
    : `${error.message}. The server cannot be reached, leads on to a host that is not allowed, or does not let web pages of other sites read its answers (CORS).`;
}

function describeStatus(
  { status, statusText }: Response,
  text: string,
): string {
  const quoted = text.slice(0, quotedLength);
  return `answered ${status}${statusText ? ` ${statusText}` : ""}${quoted ? `: ${quoted}${text.length > quotedLength ? "…" : ""}` : ""}`;
}

function toAddress(url: unknown): URL {
  if (url instanceof URL) return new URL(url);
  const text = String(url);
  if (typeof url === "string" && URL.canParse(text)) return new URL(text);
  throw new FlowError(
    "invalid-argument",
    `${showValue(url)} is no full address. Write it with its host, "https://example.org/data.json", or attach the file and read it with readText and its like.`,
  );
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
