import { countAttempts, type TaskRun } from "./run.ts";

/** Which attempt of a task run bears this number, as people count them; undefined for its fallback, which is none. */
export function attemptNumber(
  { attempts, fallbacks }: Pick<TaskRun, "attempts" | "fallbacks">,
  attempt: number,
): number | undefined {
  return fallbacks.includes(attempt)
    ? undefined
    : countAttempts({ attempt, attempts, fallbacks });
}
