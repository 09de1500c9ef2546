import { FlowError } from "../../core/errors.ts";
import { readAll } from "../../notebook/link.ts";

const patience = 30_000;

/** How something on a host is read. */
export interface HostedReading {
  /** The most bytes that it may have. */
  limit: number;
  tooLarge(): FlowError;
  /** Whether the host may lead on to another address. */
  isRedirected: boolean;
  /** What else may be wrong where nothing could be read, and what to do: browsers tell no more than that. */
  otherwise: string;
}

/** What is at an address. Nothing of the reader goes with the request: no cookies, no address of this page. */
export async function readHosted(
  url: URL,
  reading: HostedReading,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await request(url, reading);
  if (!response.ok) {
    await response.body?.cancel();
    throw failed(
      `${url.host} answered ${response.status}${reasons[response.status] ?? ""} when asked for ${url.pathname}. Check the address, or ask whoever sent it.`,
    );
  }
  const { limit, tooLarge } = reading;
  if (Number(response.headers.get("content-length") ?? 0) > limit) {
    await response.body?.cancel();
    throw tooLarge();
  }
  if (!response.body) return new Uint8Array();
  try {
    return await readAll(response.body, limit, tooLarge);
  } catch (thrown) {
    if (thrown instanceof FlowError) throw thrown;
    throw failed(`The connection to ${url.host} broke off. Try again.`, thrown);
  }
}

const reasons: Readonly<Record<number, string>> = {
  401: " (it wants you to log in, and a notebook is opened without that)",
  403: " (it does not let you have it)",
  404: " (not found)",
  410: " (it was deleted)",
  429: " (too many requests; wait a little)",
};

async function request(
  url: URL,
  { isRedirected, otherwise }: HostedReading,
): Promise<Response> {
  try {
    return await fetch(url, {
      credentials: "omit",
      referrerPolicy: "no-referrer",
      redirect: isRedirected ? "follow" : "error",
      signal: AbortSignal.timeout(patience),
    });
  } catch (thrown) {
    throw failed(whyNot(url, thrown, otherwise), thrown);
  }
}

function whyNot(url: URL, thrown: unknown, otherwise: string): string {
  if (thrown instanceof DOMException && thrown.name === "TimeoutError")
    return `${url.host} did not answer within ${patience / 1000} s. Try again later.`;
  if (!navigator.onLine)
    return `This device is offline, so ${url.host} cannot be asked. Go online and try again.`;
  return `${url.href} could not be read. Either nothing answers there, or ${otherwise}`;
}

function failed(message: string, cause?: unknown): FlowError {
  return new FlowError("notebook-unreachable", message, { cause });
}
