import { isSuccessful } from "./state.ts";
import type { State } from "./state.ts";
import { listNames } from "./words.ts";

/** Which states of the upstream tasks let a task start; as plain data. */
export type TriggerRule = { type: "allSuccessful" } | { type: "allFinished" };

/** An upstream task run, as a trigger sees it. All are final when it is asked. */
export interface Upstream {
  readonly name: string;
  readonly state: State;
}

/** What a trigger decides: the task starts, or it ends in a state without having run. */
export type Decision =
  { start: true } | { start: false; state: State; message: string };

/**
 * Whether a task whose upstreams are all final may start. An upstream that was skipped skips the task, whatever its rule,
 * unless another one failed or was cancelled: then the rule decides, so that a failure is never hidden by a skip.
 */
export function decide(
  rule: TriggerRule,
  upstream: readonly Upstream[],
  options: { skipOnUpstreamSkip?: boolean } = {},
): Decision {
  const skipped = upstream.filter(({ state }) => state === "Skipped");
  if (
    skipped.length > 0 &&
    options.skipOnUpstreamSkip !== false &&
    upstream.every(({ state }) => isSuccessful(state))
  ) {
    const names = listNames(skipped.map(({ name }) => name));
    return {
      start: false,
      state: "Skipped",
      message: `Skipped, because ${names} ${skipped.length > 1 ? "were" : "was"} skipped.`,
    };
  }
  const objection = rules[rule.type](upstream);
  if (objection === undefined) return { start: true };
  return {
    start: false,
    state: "TriggerFailed",
    message: `Not started: ${objection}.`,
  };
}

/** For each rule: why the task may not start, or undefined if it may. */
const rules: Readonly<
  Record<
    TriggerRule["type"],
    (upstream: readonly Upstream[]) => string | undefined
  >
> = {
  allSuccessful(upstream) {
    const others = upstream.filter(({ state }) => !isSuccessful(state));
    return others.length === 0 ? undefined : tell(others);
  },
  allFinished() {
    return undefined;
  },
};

/** `a and b failed, c was cancelled`: what became of upstream tasks, those first that are a cause of their own. */
function tell(upstream: readonly Upstream[]): string {
  const groups: string[] = [];
  for (const [states, one, many] of fates) {
    const names = upstream
      .filter(({ state }) => states.includes(state))
      .map(({ name }) => name);
    if (names.length > 0)
      groups.push(`${listNames(names)} ${names.length > 1 ? many : one}`);
  }
  return groups.join(", ");
}

const fates: readonly (readonly [readonly State[], string, string])[] = [
  [["Failed"], "failed", "failed"],
  [["TimedOut"], "timed out", "timed out"],
  [["Crashed"], "crashed", "crashed"],
  [["Cancelled"], "was cancelled", "were cancelled"],
  [["TriggerFailed"], "could not start", "could not start"],
];
