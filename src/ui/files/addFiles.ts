/** Files that are added together, one after the other. */
import { toErrorData } from "../../core/errors.ts";
import { withoutDirectionMarks } from "../../core/words.ts";
import type { Session } from "../session.svelte.ts";
import { listNames } from "../words/language.ts";
import { notAdded } from "../words/takeFiles.ts";

/**
 * Keeps files with the notebook that was open when they were given, and says why one is not kept. When another one has come in
 * its place, the rest is added to neither. Gives the names under which they are kept, as they are seen; nothing if that was left.
 */
export async function addFiles(
  session: Pick<Session, "id" | "attach" | "notify">,
  files: readonly File[],
  {
    notebook,
    nameOf,
  }: { notebook: string | undefined; nameOf: (file: File) => string },
): Promise<string[] | undefined> {
  const kept: string[] = [];
  for (const [index, file] of files.entries()) {
    let thrown: unknown;
    if (session.id === notebook)
      try {
        const name = nameOf(file);
        await session.attach(name, file);
        kept.push(withoutDirectionMarks(name));
        continue;
      } catch (error) {
        thrown = error;
      }
    // It may have come while the file waited for its turn.
    if (session.id !== notebook) {
      const names = files
        .slice(index)
        .map(({ name }) => withoutDirectionMarks(name));
      const words = { names: listNames(names), count: names.length };
      session.notify("error", notAdded(words));
      return undefined;
    }
    session.notify("error", toErrorData(thrown).message);
  }
  return session.id === notebook ? kept : undefined;
}
