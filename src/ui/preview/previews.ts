/**
 * A notebook that came from somebody else is opened in a preview: it can be read and run, and is not among the reader's own
 * notebooks. It has an id of its own all the same, under which its rows and runs are kept, so that a reload of its link comes
 * back to them. Keeping it gives that id a place in the library; the next time the link is opened it gets a new one, so a link
 * never touches what was kept. What was not kept is deleted some days after it was last open.
 *
 * A page inside a page of somebody else keeps nothing: see embedding.ts.
 */
import { readPins } from "../../notebook/packages/pins.ts";
import { defaultCdn } from "../../notebook/packages/specifier.ts";
import type { Library } from "../../storage/library.ts";
import type { Notebook } from "../../notebook/document.ts";
import { printAddress } from "../address.ts";
import { loadDocumentTools } from "../documentTools.ts";
import { makeId } from "../../runs/makeId.ts";

/** Where a notebook came from. */
export type Source =
  | { type: "link" }
  | { type: "file"; name: string }
  | { type: "paste" }
  | { type: "hosted"; url: string };

/** A notebook that is open and not kept. */
export interface Preview {
  id: string;
  source: Source;
  /** SHA-256 of its text; undefined where the browser computes none (over http), and nothing is found again. */
  text: string | undefined;
  /** SHA-256 of its code: what a permission is given to. */
  code: string | undefined;
  /** What leads back to it as the fragment of the address; empty if it is too long for that. */
  fragment: string;
  /** The reader's own notebook that was made of the same text before. */
  keptAs: string | undefined;
}

/** What is remembered of a text that was opened in a preview. */
export interface PreviewRecord {
  /** Where its rows and runs are; undefined once it was kept. */
  id?: string;
  /** Milliseconds since 1970 UTC. */
  openedAt: number;
  keptAs?: string;
  /** What opens it again, if a link or an address brought it and it was not kept. */
  link?: PreviewLink;
}

/** A link that was opened. */
export interface PreviewLink {
  title: string;
  /** What stands behind the path of the page: query and fragment. */
  address: string;
}

/** A link holds its whole notebook; a longer one is not remembered. */
const longestAddress = 64 * 1024;

type Settings = Pick<Library, "read" | "readSetting" | "writeSetting">;

export const recordPrefix = "preview:";

/** The preview of a text: the one from before, unless that was kept. */
export async function findPreview(
  library: Settings,
  text: string,
  source: Source,
  {
    fragment,
    query,
    isEmbedded,
  }: {
    fragment: string;
    /** The query of the address that named it. */
    query?: URLSearchParams | undefined;
    isEmbedded: boolean;
  },
): Promise<Preview> {
  const { parseNotebook } = await loadDocumentTools();
  const { notebook } = parseNotebook(text);
  const hash = await sha256(text);
  const code = await sha256(codeOf(notebook));
  const common = { source, text: hash, code, fragment };
  if (isEmbedded || hash === undefined)
    return { ...common, id: makeId(), keptAs: undefined };
  const record = await library.readSetting<PreviewRecord>(recordPrefix + hash);
  const isIn = async (id: string | undefined): Promise<boolean> =>
    id !== undefined && (await library.read(id)) !== undefined;
  // The page may have closed between keeping and remembering that.
  const wasKept = await isIn(record?.id);
  const id = record?.id === undefined || wasKept ? makeId() : record.id;
  const copy = wasKept ? record?.id : record?.keptAs;
  const keptAs = (await isIn(copy)) ? copy : undefined;
  const address = printAddress(query ?? new URLSearchParams(), fragment);
  const isLink =
    (source.type === "link" || source.type === "hosted") &&
    address.length <= longestAddress;
  await library.writeSetting(recordPrefix + hash, {
    id,
    openedAt: Date.now(),
    ...(keptAs === undefined ? {} : { keptAs }),
    ...(isLink && keptAs === undefined
      ? { link: { title: notebook.title, address } }
      : {}),
  } satisfies PreviewRecord);
  return { ...common, id, keptAs };
}

/** Remembers that a preview was kept. */
export async function noteKept(
  library: Settings,
  { id, text }: Preview,
): Promise<void> {
  if (text === undefined) return;
  await library.writeSetting(recordPrefix + text, {
    openedAt: Date.now(),
    keptAs: id,
  } satisfies PreviewRecord);
}

/** All of a notebook that does something: its code, and which bytes stand for the packages that this imports. */
function codeOf({ cells, frontMatter }: Notebook): string {
  const code: unknown[] = cells
    .filter(({ kind }) => kind !== "md")
    .map(({ kind, name, source }) => [kind, name, source]);
  const { cdn, packages } = readPins(frontMatter);
  if (packages.size > 0 || cdn !== defaultCdn)
    code.push(["packages", cdn, [...packages].sort()]);
  return JSON.stringify(code);
}

async function sha256(text: string): Promise<string | undefined> {
  const { subtle } = crypto as { subtle?: SubtleCrypto };
  if (!subtle) return undefined;
  const bytes = new TextEncoder().encode(text);
  const digest = await subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
