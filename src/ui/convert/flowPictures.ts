import stateStyle from "../../views/states.css?raw";
import type { FlowPicture } from "../../notebook/convert/html/print.ts";
import { createModeller } from "../../pictures/flowModel.ts";
import type { Session } from "../session.svelte.ts";

export { stateStyle };

/** The flows of the open notebook with the states of their last runs, as files show them. */
export function flowPictures(session: Session): FlowPicture[] {
  return session.flows.map(({ name, cell, graph }) => {
    const run = session.desk.last(name);
    return {
      name,
      cell: session.notebook?.cells.find(({ id }) => id === cell)?.name,
      model: createModeller()({
        graph,
        run,
        isLatest: true,
        parameters: run?.parameters ?? {},
        progress: {},
        stale: new Map(),
        selected: undefined,
        open: new Set(),
      }),
      run: run && { state: run.state, startedAt: run.startedAt },
    };
  });
}
