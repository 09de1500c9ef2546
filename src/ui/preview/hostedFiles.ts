import { hostedAddress } from "./hostedAddress.ts";
import { megabytes } from "../../notebook/link.ts";
import { readHosted } from "./readHosted.ts";
import { FlowError } from "../../core/errors.ts";
import * as words from "../words/hosted.ts";

/** The most that a file may be which is fetched with a notebook. */
const mostBytes = 256 * 1024 * 1024;

/**
 * Where a file lies that a hosted notebook names: beside the notebook, or in a folder there. Undefined for any other place, so
 * that a notebook has the page ask nobody but the host that it came from itself.
 */
export function hostedFileAddress(
  notebook: string,
  place: string,
  base = document.baseURI,
): URL | undefined {
  const from = hostedAddress(notebook, base);
  // A revision of a gist is the folder of its files.
  if (/^\/[^/]+\/[^/]+\/raw\/[0-9a-f]{40}$/.test(from.pathname))
    from.pathname += "/";
  const folder = new URL(".", from);
  if (!URL.canParse(place, folder)) return undefined;
  const url = new URL(place, folder);
  url.hash = "";
  const isBeside =
    url.origin === folder.origin &&
    url.username === "" &&
    url.password === "" &&
    url.pathname.startsWith(folder.pathname) &&
    // What a host may take for a slash, and so for a way out of the folder.
    !/%2f|%5c/i.test(url.pathname);
  return isBeside ? url : undefined;
}

/** A file that lies beside a hosted notebook. */
export async function fetchHostedFile(url: URL): Promise<Blob> {
  const bytes = await readHosted(url, {
    limit: mostBytes,
    tooLarge: () =>
      new FlowError(
        "link-too-large",
        words.fileTooLarge({ address: url.href, most: megabytes(mostBytes) }),
      ),
    isRedirected: false,
    unreadable: words.fileUnreadable,
  });
  return new Blob([bytes]);
}
