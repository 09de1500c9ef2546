import type { Clock } from "../engine/clock.ts";
import type { Session } from "./session.svelte.ts";
import { addedFiles, comingFiles } from "./words/files.ts";
import { listNames } from "./words/language.ts";

/** How long somebody waits without a word, in milliseconds. */
const patience = 500;

/** Says that a run waits for files that come with the notebook or are being added, unless they are there at once, until one of `ends` settles: they are, or nobody waits any more. */
export function tellComing(
  session: Pick<Session, "notices" | "comingFiles" | "addingFiles">,
  ends: readonly Promise<unknown>[],
  clock: Clock,
): void {
  const { notices } = session;
  let close = (): void => {};
  const cancel = clock.setTimer(clock.now() + patience, () => {
    const { comingFiles: coming, addingFiles: adding } = session;
    const text =
      coming.length > 0
        ? comingFiles(coming)
        : addedFiles({
            names: listNames([...adding.values()]),
            count: adding.size,
          });
    const notice = notices.add("info", text);
    close = () => notices.close(notice);
  });
  const end = (): void => {
    cancel();
    close();
  };
  void Promise.race(ends).then(end, end);
}
