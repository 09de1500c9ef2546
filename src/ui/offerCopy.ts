/** What is offered when a notebook could not be opened; fetched then. */
import type { DatabaseService } from "../engine/services.ts";
import { formatAgo } from "./format.ts";
import type { Session } from "./session.svelte.ts";
import * as words from "./words/offerCopy.ts";

/** Says whether there is a copy of a notebook that could not be opened. `attempt` does something, and says why if that fails. */
export async function offerCopy(
  session: Pick<Session, "notify" | "losses" | "openNotebook">,
  database: Pick<DatabaseService, "copies">,
  id: string,
  attempt: (action: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const copies = await database.copies().catch(() => []);
  const copy = copies.find(({ notebook }) => notebook === id);
  if (!copy) return;
  async function restore(): Promise<void> {
    await session.losses.restore(id);
    await session.openNotebook(id);
  }
  session.notify(
    "info",
    words.copyFound({
      title: copy.title,
      ago: formatAgo(copy.at, Date.now()),
    }),
    { label: words.restore, run: () => void attempt(restore) },
  );
}
