/** What a page says whose storage does not answer; fetched when it takes long to open. */
import type { Clock } from "../engine/clock.ts";
import type { Session } from "./session.svelte.ts";
import * as words from "./words/storage.ts";

/** How long an answer may take that somebody asks for now, in milliseconds. */
const patience = 2_000;

/**
 * Asks the storage for something. If there is no answer, says so in the place of the page, which goes on when there is one.
 * `isOpened` is whether what was waited for is there meanwhile.
 */
export async function tellSilence(
  session: Pick<Session, "showProblem">,
  clock: Clock,
  ask: () => Promise<unknown>,
  isOpened: () => boolean,
): Promise<void> {
  const isAnswered = await new Promise<boolean>((resolve) => {
    const answered = (): void => resolve(true);
    ask().then(answered, answered);
    clock.setTimer(clock.now() + patience, () => resolve(false));
  });
  if (isAnswered || isOpened()) return;
  session.showProblem({
    title: words.storageSilent,
    message: words.storageSilentHint,
    isOfStorage: true,
  });
}
