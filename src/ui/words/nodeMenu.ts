/** Words of the menu of a node. */

export const hideTasks = "Hide its tasks";
export const showTasks = "Show its tasks";
export const actions = (node: string) => `Actions for ${node}`;
export const answerTask = "Answer it…";
export const retry = "Retry";
export const runFrom = "Run from here";
export const runTo = "Run to here";
export const cancelSubFlow = "Cancel this sub-flow";
export const cancelTask = "Cancel this task";
export const showLogs = "Show its logs";
export const changeValue = "Change its value";
