import { isSameValue } from "../core/compareRuns.ts";
import { FlowError } from "../core/errors.ts";
import type { RunState } from "../core/run.ts";
import { otherParameter } from "./words/resumable.ts";

/**
 * A run that waits for people goes on with the parameters that it has: a resumption that gives others is refused. `check`
 * refuses what the flow has not at all; a parameter that the text has got since is none of the run's.
 */
export async function refuseOthers(
  { parameters }: Pick<RunState, "parameters">,
  given: Readonly<Record<string, unknown>> = {},
  check: () => Promise<unknown>,
): Promise<void> {
  const others = Object.keys(given).filter(
    (name) => !isSameValue(given[name], parameters[name]),
  );
  if (others.length === 0) return;
  await check();
  const other = others.find((name) => Object.hasOwn(parameters, name));
  if (other !== undefined)
    throw new FlowError("already-running", otherParameter(other));
}
