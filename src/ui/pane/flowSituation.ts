import type { Workbench } from "../workbench.svelte.ts";
import type { FlowSituation } from "../../pictures/flowModel.ts";

/** What the picture of the flow on show is made from: as it is now, or as the player of the run shows it. */
export function flowSituation(bench: Workbench): FlowSituation {
  const { session } = bench;
  const common = {
    graph: bench.flow?.graph,
    run: bench.scene,
    parameters: session.parameters,
    selected: session.selectedNode,
    open: bench.openFlows,
  };
  return bench.isReplaying
    ? // How far a task was is not told by the events, and stale is what is now.
      {
        ...common,
        isLatest: false,
        progress: {},
        stale: new Map(),
        now: bench.clock,
      }
    : {
        ...common,
        isLatest: !bench.run || bench.run === bench.lastRun,
        progress: session.desk.progress,
        stale: session.desk.stale,
        problems: bench.types?.problems,
      };
}
