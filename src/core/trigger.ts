import type { State } from "./state.ts";
import { listNames } from "./words.ts";

/** Which states of the upstream tasks let a task start; as plain data. `custom` is a function of the notebook's, asked in a worker. */
export type TriggerRule =
  | { type: "allSuccessful" }
  | { type: "allFailed" }
  | { type: "anySuccessful" }
  | { type: "anyFailed" }
  | { type: "allFinished" }
  | { type: "notAllSkipped" }
  | { type: "manualOnly" }
  | { type: "someFailed"; atLeast?: number; atMost?: number }
  | { type: "someSuccessful"; atLeast?: number; atMost?: number }
  | { type: "custom" };

/** An upstream task run, as a trigger sees it. All are final when it is asked. */
export interface Upstream {
  readonly name: string;
  readonly mapIndex: number | undefined;
  readonly state: State;
  readonly message: string | undefined;
}

/** How many upstream task runs ended how; a mapped one counts as its elements. Cancelled is neither success nor failure. */
export interface Fates {
  /** Successful, without those skipped. */
  successful: number;
  skipped: number;
  failed: number;
  cancelled: number;
}

/** What a trigger decides: the task starts, waits for a person, asks a function of the notebook's, or ends without having run. */
export type Decision =
  | { type: "start" }
  | { type: "ask" }
  | { type: "pause"; message: string }
  | { type: "end"; state: "Skipped" | "TriggerFailed"; message: string };

const start: Decision = { type: "start" };
const ask: Decision = { type: "ask" };

/**
 * Whether a task whose upstreams are all final may start. An upstream that was skipped skips the task, whatever its rule,
 * unless another one failed or was cancelled: then the rule decides, so that a failure is never hidden by a skip.
 *
 * A task without upstreams starts, whatever its rule, but for `notAllSkipped`, which skips it, and for a function, which is
 * asked; a task whose only upstreams are maps over nothing is judged by the rule, which then counts none.
 *
 * @param hasUpstream whether the task has upstreams, be they maps over nothing
 * @param tell names those upstreams that ended in these ways, for a message; asked only when there is one
 */
export function decide(
  rule: TriggerRule,
  fates: Fates,
  options: { hasUpstream: boolean; skipOnUpstreamSkip: boolean },
  tell: (which: readonly (keyof Fates)[]) => string,
): Decision {
  const { successful, skipped, failed, cancelled } = fates;
  if (
    skipped > 0 &&
    options.skipOnUpstreamSkip &&
    failed === 0 &&
    cancelled === 0
  )
    return skip(
      `Skipped, because ${tell(["skipped"])}. For a task that should run all the same, set skipOnUpstreamSkip: false.`,
    );
  if (rule.type === "manualOnly")
    return { type: "pause", message: "Waits for a person to start it." };
  if (rule.type === "custom") return ask;
  if (rule.type === "notAllSkipped") {
    if (failed + cancelled > 0) return fail(tell(["failed", "cancelled"]));
    if (successful > 0) return start;
    if (skipped > 0) return skip("All upstreams were skipped.");
    return skip(
      `Skipped, because its trigger is notAllSkipped, and ${options.hasUpstream ? "the maps before it have no elements" : "no task comes before it"}.`,
    );
  }
  if (!options.hasUpstream) return start;
  const total = successful + skipped + failed + cancelled;
  const succeeded = successful + skipped;
  switch (rule.type) {
    case "allSuccessful":
      return succeeded === total ? start : fail(tell(["failed", "cancelled"]));
    case "allFailed":
      return failed === total
        ? start
        : fail(`its trigger is allFailed, but ${tell(notFailed)}`);
    case "anySuccessful":
      return succeeded > 0
        ? start
        : fail("its trigger is anySuccessful, but no upstream task succeeded");
    case "anyFailed":
      return failed > 0
        ? start
        : fail("its trigger is anyFailed, but no upstream task failed");
    case "allFinished":
      return start;
    case "someFailed":
      return isWithin(failed, total, rule)
        ? start
        : fail(
            `its trigger is someFailed(${showLimits(rule)}), and ${failed} of ${total} upstream tasks failed`,
          );
    case "someSuccessful":
      return isWithin(succeeded, total, rule)
        ? start
        : fail(
            `its trigger is someSuccessful(${showLimits(rule)}), and ${succeeded} of ${total} upstream tasks succeeded`,
          );
  }
}

const notFailed: readonly (keyof Fates)[] = [
  "successful",
  "skipped",
  "cancelled",
];

/** Whether a count is within limits; a limit below 1 is a share of all, from 1 on it is a number. */
function isWithin(
  count: number,
  total: number,
  { atLeast, atMost }: { atLeast?: number; atMost?: number },
): boolean {
  // 0.07 * 100 is more than 7, but 7 / 100 is 0.07: a division is rounded like the number that was written.
  const share = total === 0 ? 0 : count / total;
  const against = (limit: number) => (limit < 1 ? share : count);
  return (
    (atLeast === undefined || against(atLeast) >= atLeast) &&
    (atMost === undefined || against(atMost) <= atMost)
  );
}

function showLimits(rule: { atLeast?: number; atMost?: number }): string {
  const parts: string[] = [];
  if (rule.atLeast !== undefined) parts.push(`atLeast: ${rule.atLeast}`);
  if (rule.atMost !== undefined) parts.push(`atMost: ${rule.atMost}`);
  return `{ ${parts.join(", ")} }`;
}

function skip(message: string): Decision {
  return { type: "end", state: "Skipped", message };
}

function fail(reason: string): Decision {
  return {
    type: "end",
    state: "TriggerFailed",
    message: `Not started: ${reason}.`,
  };
}

/** `a and b failed, c was cancelled`: what became of upstream tasks, those first that are a cause of their own. */
export function tellFates(
  upstream: Iterable<{ name: string; state: State }>,
): string {
  const groups = new Map<number, string[]>();
  for (const { name, state } of upstream) {
    const group = fates.findIndex(([states]) => states.includes(state));
    const names = groups.get(group);
    if (names) names.push(name);
    else groups.set(group, [name]);
  }
  return [...groups]
    .sort(([one], [other]) => one - other)
    .map(([group, names]) => {
      const [, one, many] = fates[group]!;
      return `${listNames(names)} ${names.length > 1 ? many : one}`;
    })
    .join(", ");
}

const fates: readonly (readonly [readonly State[], string, string])[] = [
  [["Failed"], "failed", "failed"],
  [["TimedOut"], "timed out", "timed out"],
  [["Crashed"], "crashed", "crashed"],
  [["Cancelled"], "was cancelled", "were cancelled"],
  [["TriggerFailed"], "could not start", "could not start"],
  [["Skipped"], "was skipped", "were skipped"],
  [["Success", "Cached", "Mapped"], "succeeded", "succeeded"],
  [
    ["Pending", "Scheduled", "Running", "Retrying", "Paused"],
    "is not finished",
    "are not finished",
  ],
];
