import { FlowError } from "../../core/errors.ts";
import { maxBytes, megabytes, readAll } from "../../notebook/link.ts";
import { checkNotebook } from "./checkNotebook.ts";
import { hostedAddress } from "./hostedAddress.ts";

const patience = 30_000;

/** The text of a notebook on some host. Nothing of the reader goes with the request: no cookies, no address of this page. */
export async function fetchHosted(
  address: string,
  base = document.baseURI,
): Promise<string> {
  const url = hostedAddress(address, base);
  const response = await request(url);
  if (!response.ok)
    throw failed(
      `${url.host} answered ${response.status}${reasons[response.status] ?? ""}. Check the address, or ask whoever sent it.`,
    );
  const bytes = await readBody(url, response);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FlowError(
      "notebook-syntax",
      `What ${url.host} sent is no notebook: it is not text in UTF-8.`,
      { cause },
    );
  }
  checkNotebook(text, `What ${url.host} sent`);
  return text;
}

const reasons: Readonly<Record<number, string>> = {
  401: " (it wants you to log in, and a notebook is opened without that)",
  403: " (it does not let you have it)",
  404: " (not found)",
  410: " (it was deleted)",
  429: " (too many requests; wait a little)",
};

async function request(url: URL): Promise<Response> {
  try {
    return await fetch(url, {
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(patience),
    });
  } catch (thrown) {
    throw failed(whyNot(url, thrown), thrown);
  }
}

function whyNot(url: URL, thrown: unknown): string {
  if (thrown instanceof DOMException && thrown.name === "TimeoutError")
    return `${url.host} did not answer within ${patience / 1000} s. Try again later.`;
  if (!navigator.onLine)
    return `This device is offline, so ${url.host} cannot be asked. Go online and reload.`;
  // Browsers do not tell which of the two it was.
  return `${url.href} could not be read. Either nothing answers there, or the host does not let other pages read it (CORS). Put the file into a gist, a public repository or on a host that sends "Access-Control-Allow-Origin: *"; or download it, and open it as a file.`;
}

async function readBody(url: URL, response: Response): Promise<Uint8Array> {
  const tooLarge = (): FlowError =>
    new FlowError(
      "link-too-large",
      `What ${url.host} sends is more than ${megabytes(maxBytes)}, which no notebook needs, so it was not read to its end.`,
    );
  if (Number(response.headers.get("content-length") ?? 0) > maxBytes) {
    await response.body?.cancel();
    throw tooLarge();
  }
  if (!response.body) return new Uint8Array();
  try {
    return await readAll(response.body, maxBytes, tooLarge);
  } catch (thrown) {
    if (thrown instanceof FlowError) throw thrown;
    throw failed(`The connection to ${url.host} broke off. Try again.`, thrown);
  }
}

function failed(message: string, cause?: unknown): FlowError {
  return new FlowError("notebook-unreachable", message, { cause });
}
