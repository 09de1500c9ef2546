import { FlowError } from "../../core/errors.ts";
import { maxBytes, megabytes, readAll } from "../../notebook/link.ts";
import { checkNotebook } from "./checkNotebook.ts";
import { hostedAddress } from "./hostedAddress.ts";
import * as words from "../words/foreign.ts";

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
      words.answeredCheckTheAddressOr({
        host: url.host,
        status: response.status,
        status2: reasons[response.status] ?? "",
      }),
    );
  const bytes = await readBody(url, response);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FlowError(
      "notebook-syntax",
      words.whatSentIsNoNotebook({ host: url.host }),
      { cause },
    );
  }
  checkNotebook(text, words.whatSent({ host: url.host }));
  return text;
}

const reasons: Readonly<Record<number, string>> = {
  401: words.itWantsYouToLog,
  403: words.itDoesNotLetYou,
  404: words.notFound,
  410: words.itWasDeleted,
  429: words.tooManyRequestsWaitA,
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
    return words.didNotAnswerWithinS({
      host: url.host,
      patience1000: patience / 1000,
    });
  if (!navigator.onLine) return words.thisDeviceIsOfflineSo({ host: url.host });
  // Browsers do not tell which of the two it was.
  return words.couldNotBeReadEither({ href: url.href });
}

async function readBody(url: URL, response: Response): Promise<Uint8Array> {
  const tooLarge = (): FlowError =>
    new FlowError(
      "link-too-large",
      words.whatSendsIsMoreThan({
        host: url.host,
        megabytes: megabytes(maxBytes),
      }),
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
    throw failed(words.theConnectionToBrokeOff({ host: url.host }), thrown);
  }
}

function failed(message: string, cause?: unknown): FlowError {
  return new FlowError("notebook-unreachable", message, { cause });
}
