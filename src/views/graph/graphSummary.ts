import type { State } from "../../core/state.ts";
import { stateLabel } from "../states.ts";
import type { GraphModel } from "./graphModel.ts";
import * as words from "../words/graph.ts";

/** How many tasks are in which state, in words: `3 Success, 1 Running`; first how many wait for a person. */
export function graphSummary(model: GraphModel): string {
  const counts = new Map<State, number>([["Paused", 0]]);
  for (const { kind, state } of model.nodes)
    if (kind === "task") counts.set(state, (counts.get(state) ?? 0) + 1);
  const said = [...counts].filter(([, count]) => count > 0);
  if (said.length === 0) return words.noTasks;
  return said
    .map(([state, count]) => `${count} ${stateLabel(state)}`)
    .join(", ");
}
