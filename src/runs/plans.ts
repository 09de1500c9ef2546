/** Plans of a prepared run, on what the last one left, whichever version of Flowbook that was made with. */
import { withTodaysKeys } from "../core/formerKeys.ts";
import * as core from "../core/plan.ts";
import * as cached from "../core/foreseeCached.ts";
import type { PlanCache } from "../core/planCache.ts";
import * as auto from "../core/planAuto.ts";
import type { TaskNode } from "../core/graph.ts";
import type { RunState } from "../core/run.ts";
import type { StoredNow } from "../core/outdated.ts";
import type { PreparedRun } from "./prepareRun.ts";

export function planRun(
  prepared: PreparedRun,
  last: RunState | undefined,
  options: Parameters<typeof core.planRun>[3],
): core.RunPlan {
  const { graph, keys } = prepared;
  return core.planRun(graph, keys, last && ofToday(prepared, last), options);
}

export function planResume(
  prepared: PreparedRun,
  last: RunState,
  stored?: StoredNow,
  now?: number,
): core.ResumePlan {
  const { graph, keys } = prepared;
  return core.planResume(graph, keys, ofToday(prepared, last), stored, now);
}

/** The items of a plan of a resumption, with what the cache will give. */
export function foreseeCached(
  prepared: PreparedRun,
  last: RunState,
  plan: core.ResumePlan,
  { cache, stored }: { cache: PlanCache; stored?: StoredNow },
): readonly core.PlanItem[] {
  const { graph, keys } = prepared;
  const before = ofToday(prepared, last);
  return cached.foreseeCached(graph, keys, before, plan, cache, stored);
}

export function planAuto(
  prepared: PreparedRun,
  last: RunState,
  isAuto: (node: TaskNode) => boolean,
  stored?: StoredNow,
): auto.AutoPlan | undefined {
  const { graph, keys } = prepared;
  const before = ofToday(prepared, last);
  return auto.planAuto(graph, keys, before, isAuto, stored);
}

function ofToday({ keys, program }: PreparedRun, last: RunState): RunState {
  return withTodaysKeys(last, keys, program);
}
