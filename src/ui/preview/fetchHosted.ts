import { FlowError } from "../../core/errors.ts";
import { maxBytes, megabytes } from "../../notebook/link.ts";
import { checkNotebook } from "./checkNotebook.ts";
import { hostedAddress } from "./hostedAddress.ts";
import { readHosted } from "./readHosted.ts";

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
        `What ${url.host} sends is more than ${megabytes(maxBytes)}, which no notebook needs, so it was not read to its end.`,
      ),
    isRedirected: true,
    otherwise: `the host does not let other pages read it (CORS). Put the file into a gist, a public repository or on a host that sends "Access-Control-Allow-Origin: *"; or download it, and open it as a file.`,
  });
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
