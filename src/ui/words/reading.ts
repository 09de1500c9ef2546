/** Words of a notebook that is shown for reading. */

/** `flow` is undefined as long as none can be drawn. */
export const progress = (flow: string | undefined) =>
  `Progress of ${flow ?? "the flow"}`;
export const notRunYet = "Not run yet";
export const allNotebooks = "All notebooks";
export const openHere = "Open in Flowbook";
export const openHint = "Open it in a tab of its own, where it can be kept";
export const keepACopy = "Keep a copy";
export const showTheCode = "Show the code";
export const notebook = "Notebook";
export const embeddedHint =
  "Nothing has run yet. What it loads is deleted when this page is closed.";
export const asksFirst = "It asks you before it contacts a host.";
export const runFlow = (flow: string) => `Run ${flow}`;
export const flow = "Flow";
export const codeErrors =
  "The code of this notebook has errors, so it cannot run. Show the code to see them.";
export const nothingHasRun = "Nothing in it has run yet.";
