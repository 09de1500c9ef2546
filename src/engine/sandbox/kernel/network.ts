import { FlowError } from "../../../core/errors.ts";
import { showValue } from "../../../core/words.ts";
import { anyHost } from "../../protocol.ts";
import { type Current, jobOutside } from "./current.ts";
import type { FormatLibraries } from "./formats.ts";
import type { Answer, Requesting } from "./formats/requests.ts";
import type { Job } from "./job.ts";
import type { Options } from "./readerOptions.ts";

/** The options that are about the request, and not about what is made of the answer. */
export const requestOptions = [
  "method",
  "headers",
  "query",
  "body",
  "retries",
  "retryDelay",
  "timeout",
  "rate",
];

/** Refuses an address whose host the reader did not allow, in words; the policy of the frame is what enforces it. */
function checkHost(current: Current, address: URL): void {
  if (address.protocol === "blob:" || address.protocol === "data:") return;
  const { hosts } = current;
  if (hosts.includes(anyHost) || hosts.includes(address.origin)) return;
  const { origin, host } = address;
  const how =
    current.platform.wayToAllow?.(origin) ??
    `Allow ${origin} for this notebook`;
  throw new FlowError(
    "host-not-allowed",
    `This notebook may not contact ${host}: nobody has allowed it. ${how}, then run again.`,
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
  try {
    return await job.guard(
      current.platform.fetch(
        input instanceof Request ? input : address,
        init as RequestInit,
      ),
    );
  } catch (thrown) {
    if (thrown instanceof TypeError) {
      const requests = current.formats.use(job, "requests");
      (await requests.catch(() => undefined))?.tellSilence(thrown, address);
    }
    throw thrown;
  }
}

/** What makes requests, for an address that the reader allows; it is loaded with the first one. */
export async function openRequests(
  current: Current,
  url: unknown,
): Promise<{
  requests: FormatLibraries["requests"];
  requesting: Requesting;
  address: URL;
}> {
  const job = jobOutside(current, "The network");
  const address = toAddress(url);
  checkHost(current, address);
  const requests = await current.formats.use(job, "requests");
  const { platform } = current;
  const requesting: Requesting = {
    worker: current,
    job,
    fetch: (to, init) => platform.fetch(to, init),
    now: () => platform.now(),
  };
  return { requests, requesting, address };
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
  expected?: readonly number[],
): Promise<Answer<Value>> {
  const { requests, requesting, address } = await openRequests(current, url);
  return requests.request(requesting, address, options, take, expected);
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
