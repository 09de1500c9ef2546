/** Runs as the page sees them: real ones, of graphs of a test, on the clock of a simulation. */
import type { RunEvent } from "../../src/core/events.ts";
import type { Graph } from "../../src/core/graph.ts";
import type { RunState } from "../../src/core/run.ts";
import { start } from "../../src/core/scheduler.ts";
import type { EngineUpdate } from "../../src/engine/services.ts";
import { makeGraph, type Specs } from "../core/makeGraph.ts";
import { look, simulate, startOf, type Settings } from "../core/simulate.ts";

export {
  caseOf,
  makeGraph,
  mergeOf,
  ref,
  value,
  type Specs,
} from "../core/makeGraph.ts";
export { script } from "../core/simulate.ts";

/** A run of these tasks, at its end, or at rest if all that is left waits for people. */
export function runTasks(
  specs: Specs | Graph,
  settings: Settings = {},
  more: Partial<RunEvent & { type: "run-started" }> = {},
): RunState {
  const graph = isGraph(specs) ? specs : makeGraph(specs);
  return simulate(startOf(graph, more), settings).state;
}

/** A run of these tasks before anything has happened. */
export function beginTasks(specs: Specs | Graph): RunState {
  const graph = isGraph(specs) ? specs : makeGraph(specs);
  return look(start(startOf(graph)).state);
}

function isGraph(specs: Specs | Graph): specs is Graph {
  return Array.isArray(specs.nodes);
}

/** How far a run is at a time: what happens later has not happened. */
export function runUntil(
  at: number,
  specs: Specs,
  settings: Settings = {},
): RunState {
  let seen: RunState | undefined;
  simulate(startOf(makeGraph(specs)), {
    ...settings,
    check(state) {
      if (state.now <= at) seen = look(state);
    },
  });
  if (!seen) throw new Error(`Nothing happens until ${at}.`);
  return seen;
}

/** The sub-flow `sub` of two tasks, one after the other. */
export const subflow: Specs = {
  first: [],
  "sub/a": { needs: ["first"], within: ["sub"] },
  "sub/b": { needs: ["sub/a"], within: ["sub"] },
  sub: {
    needs: ["sub/b"],
    name: "Sub",
    operator: {
      type: "flow",
      flow: "Sub",
      reference: [{ node: "sub/b", each: 0 }],
    },
  },
  last: ["sub"],
};

/** What the engine tells the page of these events of a run, the first of which has that place in its list. */
export function updateOf(
  run: string,
  events: readonly RunEvent[],
  firstEvent = 0,
): EngineUpdate {
  return { run, firstEvent, events, logs: [], progress: {}, displays: [] };
}
