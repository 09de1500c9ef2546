/** Words of a notebook that is shown for reading. */

export const theFlow = "the flow";
export const progressOf = ({ name }: { name: string }) => `Progress of ${name}`;
export const notRunYet = "Not run yet";
export const allNotebooks = "All notebooks";
export const openInFlowbook = "Open in Flowbook";
export const openItInATab = "Open it in a tab of its own, where it can be kept";
export const keepACopy = "Keep a copy";
export const showTheCode = "Show the code";
export const notebook = "Notebook";
export const nothingHasRunYetWhat =
  "Nothing has run yet. What it loads is deleted when this page is closed.";
export const itAsksYouBeforeIt = "It asks you before it contacts a host.";
export const run = ({ name }: { name: string }) => `Run ${name}`;
export const flow = "Flow";
export const theCodeOfThisNotebook =
  "The code of this notebook has errors, so it cannot run. Show the code to see them.";
export const nothingHasRun = "Nothing in it has run yet.";
