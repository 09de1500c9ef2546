/** What a resumption of the last run of a flow does; fetched when a reader first resumes one. */
import { FlowError } from "../core/errors.ts";
import type { RunState } from "../core/run.ts";
import { isFinal } from "../core/state.ts";
import type { ResumeRequest } from "../engine/services.ts";
import { planResume } from "../runs/plans.ts";
import type { PreparedRun } from "../runs/prepareRun.ts";
import { pausedTasks } from "../runs/waitingRuns.ts";
import type { RunOptions } from "./pageApi.ts";
import { refuseOthers } from "./pausedParameters.ts";
import type { RunDesk, RunHost } from "./runDesk.svelte.ts";
import * as words from "./words/resumable.ts";

/** The run, and what the engine is to do; nothing where the run waits for people, who are to be asked. */
export async function prepareResume(
  options: RunOptions,
  host: Pick<RunHost, "settled" | "flowView">,
  desk: Pick<RunDesk, "last" | "prepare" | "stored">,
): Promise<{
  last: RunState;
  resumption?: PreparedRun & Pick<ResumeRequest, "kept">;
}> {
  await host.settled();
  const { name: flow } = await host.flowView(options.flow);
  const last = desk.last(flow);
  if (!last)
    throw new FlowError("nothing-to-resume", words.nothingToResume(flow));
  const prepare = () => desk.prepare(options, last.parameters);
  if (!isFinal(last.state) && pausedTasks(last).length > 0) {
    await refuseOthers(last, options.parameters, prepare);
    return { last };
  }
  const prepared = await prepare();
  const { kept, keys } = planResume(prepared, last, desk.stored);
  return { last, resumption: { ...prepared, keys, kept } };
}
