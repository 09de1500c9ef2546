import { attemptKey } from "./attempt.ts";
import { LogAllowance } from "./logAllowance.ts";
import type { AttemptId, LogLevel } from "./protocol.ts";
import type { RunListener } from "./runDriver.ts";
import type { LogLine } from "./services.ts";
import { ShownOutputs } from "./shownOutputs.ts";
import type { Updates } from "./updates.ts";

/** Tells the page what happens in a run. */
export function tellUpdates(run: string, updates: Updates): RunListener {
  const allowance = new LogAllowance("run");
  const ofAttempts = new Map<string, LogAllowance>();
  const outputs = new ShownOutputs();
  return {
    event: (event) => updates.add({ events: [event] }),
    log: (attempt, level, text, at) => {
      const key = attemptKey(attempt);
      const own = ofAttempts.get(key) ?? new LogAllowance("task");
      ofAttempts.set(key, own);
      const fitting = own.take(logLine(run, attempt, level, text, at));
      const line = fitting && allowance.take(fitting);
      if (line) updates.add({ logs: [line] });
    },
    progress: ({ node, element }, done, total, label) => {
      // The bar of a mapped node says how many elements are done; theirs would only flicker in it.
      if (element === undefined)
        updates.add({ progress: { [node]: { done, total, label } } });
    },
    display: ({ node, element }, key, output) =>
      updates.add({
        displays: [
          outputs.take({
            node,
            ...(element === undefined ? {} : { element }),
            key,
            output,
          }),
        ],
      }),
  };
}

function logLine(
  run: string,
  attempt: AttemptId,
  level: LogLevel,
  text: string,
  at: number,
): LogLine {
  const { node, element } = attempt;
  return {
    at,
    run,
    node,
    ...(element === undefined ? {} : { element }),
    attempt: attempt.attempt,
    level,
    text,
  };
}
