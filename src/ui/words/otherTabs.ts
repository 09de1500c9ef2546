/** Words of a notebook that another tab has, or has changed. */

export const overtaken =
  "Another tab has changed this notebook. What was typed here is kept as a version of it: see Versions.";
export const openElsewhere =
  "This notebook is open in another tab. You see here what happens there; take it over to change or run it.";
/** `flow` is its name. */
export const cancelledByTakingOver = (flow: string) =>
  `The run of ${flow} in the other tab was cancelled. What had succeeded is kept; Resume goes on with the rest.`;
export const takenOverRunning =
  "Another tab has taken this notebook over, and the run that was going on was cancelled: Resume there goes on with it. What was typed here is saved.";
export const takenOver =
  "Another tab has taken this notebook over. You see here what happens there; what was typed here is saved.";
