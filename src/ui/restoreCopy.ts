/** How a notebook is restored; fetched when a reader asks for it. */
import { FlowError } from "../core/errors.ts";
import type { LossParts } from "./losses.svelte.ts";
import { noCopy } from "./words/losses.ts";

/** Puts the copy of a notebook back, and its text into the library if that has none any more. */
export async function restoreCopy(
  { library, database, mirror }: LossParts,
  id: string,
  isGone: boolean,
): Promise<void> {
  const found = await database.restoreCopy(id);
  if (!found) throw new FlowError("storage-failed", noCopy);
  const { title, text } = found;
  if (isGone)
    await library.write(
      id,
      { id, title, updatedAt: Date.now(), lastState: undefined },
      text,
    );
  // The copy is older than what was lost: from now on it counts.
  mirror.forget(id);
  mirror.note(id, { title });
}
