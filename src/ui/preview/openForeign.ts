/** The ways by which somebody else's notebook comes in: a link, an address, a file, a text. All of them end in a preview. */
import { FlowError, toErrorData } from "../../core/errors.ts";
import { makeLink, mendLink, readLink } from "../../notebook/link.ts";
import { readAddress, type Address } from "../address.ts";
import type { Session } from "../session.svelte.ts";
import { checkNotebook } from "./checkNotebook.ts";
import { fetchHosted } from "./fetchHosted.ts";
import type { Source } from "./previews.ts";
import * as words from "../words/foreign.ts";

/** Opens what the address names; if it cannot be opened, the page says why. */
export async function openForeignAddress(
  session: Session,
  opens: Address["opens"],
  query: URLSearchParams,
  prepare: () => Promise<void>,
): Promise<void> {
  try {
    await prepare();
    await openNamed(session, opens, query);
  } catch (thrown) {
    const { code, message } = toErrorData(thrown);
    const isOfStorage = code?.startsWith("storage-") ?? false;
    const title = isOfStorage
      ? (await import("../words/storage.ts")).storageFails
      : opens.type === "link"
        ? words.linkFails
        : words.notebookFails;
    session.showProblem({ title, message, isOfStorage });
  }
}

/** Opens a link again that was opened before, by its query and fragment. */
export async function openAgain(
  session: Session,
  address: string,
): Promise<void> {
  const { search, hash } = new URL(address, document.baseURI);
  const { opens, query } = readAddress(search, hash);
  await openNamed(session, opens, query);
}

async function openNamed(
  session: Session,
  opens: Address["opens"],
  query: URLSearchParams,
): Promise<void> {
  if (opens.type === "link") return openLink(session, opens.fragment, query);
  if (opens.type === "hosted") return openHosted(session, opens.url, query);
  throw new FlowError("link-damaged", words.embedNeedsLink);
}

/** Opens a text that is not the reader's own. */
export async function openText(
  session: Session,
  text: string,
  source: Source,
): Promise<void> {
  await session.openForeign(text, source, await makeFragment(text));
}

/** Opens a notebook that a link holds. */
async function openLink(
  session: Session,
  link: string,
  query: URLSearchParams | undefined,
): Promise<void> {
  const text = await readLink(link);
  await session.openForeign(text, { type: "link" }, mendLink(link), query);
}

/** Opens a notebook on some host. */
export async function openHosted(
  session: Session,
  url: string,
  query = new URLSearchParams({ from: url }),
): Promise<void> {
  const text = await fetchHosted(url);
  await session.openForeign(text, { type: "hosted", url }, "", query);
}

/** Opens what was pasted: a link, the address of a notebook, or a notebook's text. */
export async function openPasted(
  session: Session,
  pasted: string,
): Promise<void> {
  const text = pasted.trim();
  const isAddress = /^https?:\/\/\S/i.test(text);
  const { address, link } = partsOf(text, isAddress);
  if (link !== undefined) {
    const query = isAddress
      ? new URLSearchParams(/\?([^#]*)/.exec(address)?.[1] ?? "")
      : undefined;
    query?.delete("from");
    return openLink(session, link, query);
  }
  if (isAddress && !/\s/.test(text)) {
    const { origin, pathname, search, hash } = new URL(text);
    const { opens, query } = readAddress(search, hash);
    const isOurs = origin + pathname === location.origin + location.pathname;
    if (isOurs && opens.type === "notebook")
      return session.openNotebook(opens.id, query);
    return openHosted(session, query.get("from") ?? text);
  }
  const { readPasted } = await import("../../notebook/convert/readFile.ts");
  const read = await readPasted(pasted, words.pastedNotebook);
  checkNotebook(read.text);
  await openText(session, read.text, { type: "paste" });
  if (read.messages.length > 0) session.notify("info", read.messages.join(" "));
}

/** The link that a text is, or that it has behind an address, as mail may have left it. */
function partsOf(
  text: string,
  isAddress: boolean,
): { address: string; link: string | undefined } {
  const at = isAddress ? text.lastIndexOf("#") : 0;
  const pattern = isAddress
    ? /^#(?:%(?:25)*23)?f\d+(?:\.|%)[^]*$/
    : /^#?f\d+\.[\w.\s-]*$/;
  const link = pattern.exec(text.slice(at))?.[0];
  return { address: text.slice(0, at), link: at < 0 ? undefined : link };
}

/** The fragment that leads back to a text; empty if no link can hold it. */
async function makeFragment(text: string): Promise<string> {
  try {
    return await makeLink(text);
  } catch {
    return "";
  }
}
