/** Which tasks go on when a run that waits for people is resumed; fetched when a reader first does that. */
import { FlowError } from "../core/errors.ts";
import type { RunState } from "../core/run.ts";
import { resumableTasks } from "../runs/resumableTasks.ts";
import { pausedTasks, type Found } from "../runs/waitingRuns.ts";
import * as words from "./words/resumable.ts";

/** The tasks that paused themselves or wait to be started; an error if there are only gates, which have to be answered. */
export function resumable(run: RunState): Found[] {
  const found = resumableTasks(run);
  if (found.length > 0) return found;
  const waiting = pausedTasks(run);
  throw new FlowError(
    "nothing-to-resume",
    words.waitForAnswer({
      tasks: waiting.length,
      names: waiting.map(({ node }) => node).join(", "),
    }),
  );
}
