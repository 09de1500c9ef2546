import { FlowError } from "../../../core/errors.ts";
import { showValue } from "../../../core/words.ts";
import { type Current, jobOutside } from "./current.ts";
import type { Job } from "./job.ts";

/** The options that are about the request, and not about what is made of the answer. */
export const requestOptions = ["method", "headers", "query", "body"];

/** How much of the answer of a server that refuses is told. */
const quotedLength = 300;

/** Refuses an address whose host the reader did not allow, in words; the policy of the frame is what enforces it. */
function checkHost(current: Current, address: URL): void {
  if (address.protocol === "blob:" || address.protocol === "data:") return;
  if (current.hosts.includes(address.origin)) return;
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

/** The answer to a request, as `fetchText` and its like make it; rejects on any status but 2xx. */
export async function request(
  current: Current,
  url: unknown,
  options: Record<string, unknown>,
): Promise<{ response: Response; source: string }> {
  const job = jobOutside(current, "The network");
  const address = toAddress(url);
  addQuery(address, options.query);
  checkHost(current, address);
  const init = toInit(options);
  const source = `${init.method} ${address.href}`;
  let response: Response;
  try {
    response = await job.guard(
      current.platform.fetch(address, {
        ...init,
        signal: job.stopping.signal,
      }),
    );
  } catch (cause) {
    throw new Error(
      `${source} got no answer: ${cause instanceof Error ? cause.message : String(cause)}. The server cannot be reached, or it does not let web pages of other sites read its answers (CORS).`,
      { cause },
    );
  }
  if (response.ok) return { response, source };
  const text = await job.guard(response.text()).catch(() => "");
  const quoted = text.trim().slice(0, quotedLength);
  throw new Error(
    `${source} answered ${response.status}${response.statusText ? ` ${response.statusText}` : ""}${quoted ? `: ${quoted}${text.trim().length > quotedLength ? "…" : ""}` : ""}`,
  );
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

function toInit(options: Record<string, unknown>): RequestInit {
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
