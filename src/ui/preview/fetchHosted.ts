import { FlowError } from "../../core/errors.ts";
import { maxBytes, megabytes } from "../../notebook/link.ts";
import { checkNotebook } from "./checkNotebook.ts";
import { hostedAddress } from "./hostedAddress.ts";
import { readHosted } from "./readHosted.ts";
import * as words from "../words/foreign.ts";

/** The text of a notebook on some host. */
export async function fetchHosted(
  address: string,
  base = document.baseURI,
): Promise<string> {
  const url = hostedAddress(address, base);
  const bytes = await readHosted(url, {
    limit: maxBytes,
    tooLarge: () =>
      new FlowError(
        "link-too-large",
        words.notebookTooLarge({ host: url.host, most: megabytes(maxBytes) }),
      ),
    isRedirected: true,
    unreadable: words.notebookUnreadable,
  });
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new FlowError("notebook-syntax", words.notText(url.host), { cause });
  }
  checkNotebook(text, url.host);
  return text;
}
