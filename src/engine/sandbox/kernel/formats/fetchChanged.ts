import { FlowError } from "../../../../core/errors.ts";
import { showValue } from "../../../../core/words.ts";
import type { Options } from "../readerOptions.ts";
import { request, type Requesting } from "./requests.ts";

/** What was fetched, and how to ask whether it has changed since. */
export interface Fetched {
  /** Whether it is another than the previous one. */
  changed: boolean;
  bytes: Uint8Array;
  etag: string | undefined;
  lastModified: string | undefined;
}

/** Bytes from a URL, or those of `previous` if the server says that they are still the same. */
export async function fetchChanged(
  requesting: Requesting,
  address: URL,
  previous: unknown,
  options: Options,
): Promise<Fetched> {
  const before = readPrevious(previous);
  const headers = new Headers(options.headers as HeadersInit | undefined);
  if (before?.etag) headers.set("if-none-match", before.etag);
  // The older way is for servers that know no better one.
  else if (before?.lastModified)
    headers.set("if-modified-since", before.lastModified);
  const { value, response } = await request(
    requesting,
    address,
    { ...options, headers: Object.fromEntries(headers) },
    (answer) => answer.arrayBuffer(),
    before ? [304] : [],
  );
  if (before && response.status === 304) return { ...before, changed: false };
  const bytes = new Uint8Array(value);
  return {
    changed: !before || !isSame(bytes, before.bytes),
    bytes,
    etag: response.headers.get("etag") ?? undefined,
    lastModified: response.headers.get("last-modified") ?? undefined,
  };
}

function readPrevious(given: unknown): Fetched | undefined {
  if (given === undefined || given === null) return undefined;
  const { bytes, etag, lastModified } = given as Partial<Fetched>;
  if (bytes instanceof Uint8Array)
    return { changed: false, bytes, etag, lastModified };
  throw new FlowError(
    "invalid-option",
    `previous is what fetchChanged gave before, with its bytes, not ${showValue(given)}.`,
  );
}

/** A server that names no version gives all again, and it may still be the same. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
