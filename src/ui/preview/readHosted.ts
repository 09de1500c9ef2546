import { FlowError } from "../../core/errors.ts";
import { readAll } from "../../notebook/link.ts";
import * as words from "../words/hosted.ts";

const patience = 30_000;

/** How something on a host is read. */
export interface HostedReading {
  /** The most bytes that it may have. */
  limit: number;
  tooLarge(): FlowError;
  /** Whether the host may lead on to another address. */
  isRedirected: boolean;
  /** What is said where nothing could be read from an address: browsers do not tell why. */
  unreadable(address: string): string;
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
      words.hostAnswered({
        host: url.host,
        status: response.status,
        path: url.pathname,
      }),
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
    throw failed(words.connectionBrokeOff(url.host), thrown);
  }
}

async function request(
  url: URL,
  { isRedirected, unreadable }: HostedReading,
): Promise<Response> {
  try {
    return await fetch(url, {
      credentials: "omit",
      referrerPolicy: "no-referrer",
      redirect: isRedirected ? "follow" : "error",
      signal: AbortSignal.timeout(patience),
    });
  } catch (thrown) {
    throw failed(whyNot(url, thrown, unreadable), thrown);
  }
}

function whyNot(
  url: URL,
  thrown: unknown,
  unreadable: HostedReading["unreadable"],
): string {
  if (thrown instanceof DOMException && thrown.name === "TimeoutError")
    return words.noAnswer({ host: url.host, seconds: patience / 1000 });
  if (!navigator.onLine) return words.offline(url.host);
  return unreadable(url.href);
}

function failed(message: string, cause?: unknown): FlowError {
  return new FlowError("notebook-unreachable", message, { cause });
}
