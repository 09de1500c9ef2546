import type { Clock } from "../engine/clock.ts";
import type { Session } from "./session.svelte.ts";
import { comingFiles } from "./words/files.ts";

/** How long somebody waits without a word, in milliseconds. */
const patience = 500;

/** Says that a run waits for the files that come with the notebook, unless they are there at once, until they are. */
export function tellComing(
  { notices, comingFiles: names }: Session,
  there: Promise<void>,
  clock: Clock,
): void {
  let close = (): void => {};
  const cancel = clock.setTimer(clock.now() + patience, () => {
    const notice = notices.add("info", comingFiles(names));
    close = () => notices.close(notice);
  });
  void there.then(() => {
    cancel();
    close();
  });
}
