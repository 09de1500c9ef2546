/** Words of a notebook as a page of HTML. */

export const pageMadeAt = (time: string) =>
  `A Flowbook notebook as it was at ${time}. Drop this file on Flowbook to open it again.`;
export const notRun = "Not run yet";
export const graphOf = (flow: string) => `Graph of ${flow}`;
export const asTable = "As a table";
/** The table of a flow. */
export const task = "Task";
export const state = "State";
export const duration = "Duration";
export const takesFrom = "Takes from";
export const message = "Message";
