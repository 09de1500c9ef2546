/** Words of the graph. */
import { countOf } from "./language.ts";

export const graphOutdated =
  "The graph is of the last text that could be drawn.";
export const goToLine = (line: number) => `Go to line ${line}`;
export const earlierRun = (moment: string) => `An earlier run, of ${moment}.`;
export const showNewest = "Show the newest";
export const flowChanged =
  "The flow has changed since this run: some of its tasks are not in the text any more.";
export const tasksNotRun = (tasks: number) =>
  `${countOf(tasks, { one: "task", other: "tasks" })}, not run yet`;
export const showAs = "Show the flow as";
export const graph = "Graph";
export const table = "Table";
export const zoomOut = "Zoom out";
export const zoomIn = "Zoom in";
export const showAllGraph = "Show all of the graph";
export const showAll = "Show all";
export const find = "Find in the graph";
export const findHint = "Find in the graph (/)";
export const replayRun = "Replay the run";
export const savePicture = "Save the graph as a picture";
export const saveSvg = "Save as SVG";
export const savePng = "Save as PNG";
export const detailHeight = "Height of the details";
export const noTask =
  "This flow calls no task yet. Call one in its body, and it appears here.";
export const noFlow =
  "The graph of a flow is drawn here as you write it. This notebook has no flow yet.";
export const writeFlow = "Write one";
