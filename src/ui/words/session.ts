/** Words of the open notebook: what became of it, its flows and its cells, and why something cannot be done with it. */

export const cellFailed = (cell: string) =>
  `Cell ${cell} could not be evaluated.`;
export const versionNotKept = (reason: string) =>
  `No version of this text was kept. ${reason}`;
export const undo = "Undo";
export const cellDeleted = "The cell was deleted.";
export const notDrawn = (reason: string) =>
  `The flows could not be drawn. ${reason}`;
export const flowRunning = "A flow is running.";
export const notDrawnYet =
  "The flows of this notebook are being drawn. They can be run in a moment.";
export const noFlowYet = "This notebook has no flow yet.";
export const flowBroken = (flow: string) =>
  `${flow} cannot be drawn. Correct the marked cell first.`;
export const flowGone = (flow: string, mayChoose: boolean) =>
  `${flow} is not in this notebook any more; this is a run that it had.${mayChoose ? " Choose another flow to run." : ""}`;
export const exampleUnreachable = (name: string) =>
  `${name}.flow.md could not be loaded. Open it again when there is a connection.`;
