import { FlowError } from "../core/errors.ts";
import type { LibraryEntry } from "../storage/library.ts";
import type { ReadyExample, SessionParts } from "./session.svelte.ts";
import * as words from "./words/session.ts";

const prefix = "example-";

/** An example or a page of the docs, as it is opened. */
export interface OpenedExample {
  id: string;
  text: string;
  ready?: ReadyExample;
  /** Whether the text is the app's, unchanged. */
  isShipped: boolean;
  /** The text that was stored of it, if any was. */
  stored: string | undefined;
}

/** The id of the reader's copy of an example. */
export function idOfExample(name: string): string {
  return prefix + name;
}

/** The name of the example that a notebook is the reader's copy of. An address may name anything, but no file elsewhere on the host. */
export function exampleOf(id: string): string | undefined {
  return /^example-([\w-]+(\/[\w-]+)?)$/.exec(id)?.[1];
}

/** What a reader has only looked at is no notebook of theirs, though it is kept. */
export function isOwn({ isShipped, lastState }: LibraryEntry): boolean {
  return !isShipped || lastState !== undefined;
}

/**
 * The text of an example: the reader's own if they have changed it, and else the one of the app as it is now, so that a page
 * that was opened once follows the app.
 */
export async function readExample(
  parts: Pick<SessionParts, "library" | "readyExample" | "fetchExample">,
  name: string,
): Promise<OpenedExample> {
  const { library } = parts;
  const id = idOfExample(name);
  const own = await library.read(id);
  if (own === undefined) {
    const ready = await parts.readyExample(name);
    if (ready)
      return { id, text: ready.text, ready, isShipped: true, stored: own };
  } else {
    const entries = await library.list();
    if (!entries.some((entry) => entry.id === id && entry.isShipped))
      return { id, text: own, isShipped: false, stored: own };
  }
  const response = await parts
    .fetchExample(`${name}.flow.md`)
    .catch(() => undefined);
  if (response?.ok)
    return { id, text: await response.text(), isShipped: true, stored: own };
  if (own !== undefined) return { id, text: own, isShipped: true, stored: own };
  if (!response)
    throw new FlowError("notebook-unreachable", words.exampleUnreachable(name));
  const { exampleMissing } = await import("./words/notFound.ts");
  const { status } = response;
  throw new FlowError("notebook-unreachable", exampleMissing({ name, status }));
}
