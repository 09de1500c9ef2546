/** Words of the graph as a table. */
import { countOf, formatNumber } from "./language.ts";

export const tableCaption = "The flow as a table";
export const node = "Node";
export const state = "State";
export const takesFrom = "Takes from";
export const tasksOfFlow = (flow: string) => `Tasks of ${flow}`;
export const showMoreRows = ({ rows, left }: { rows: number; left: number }) =>
  `Show ${countOf(rows, { one: "more row", other: "more rows" })} of ${formatNumber(left)}`;
export const showTasks = "Show its tasks";
export const hideTasks = "Hide its tasks";
