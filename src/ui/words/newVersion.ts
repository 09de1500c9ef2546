/** What is said of a newer version of the app. */

export const newVersion = "There is a new version of Flowbook.";
export const reload = "New version: reload";
/** `flow` is undefined while its run is about to begin. */
export const runGoesOn = (flow = "A flow") =>
  `${flow} is running, and to load the new version now ends that; Resume goes on with it then. It is offered again when the run is over.`;
export const reloadNow = "Reload now";
