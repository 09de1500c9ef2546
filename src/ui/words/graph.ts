/** Words of the graph. */
import { countOf } from "./language.ts";

export const theGraphIsOfThe =
  "The graph is of the last text that could be drawn.";
export const goToLine = ({ line }: { line: number }) => `Go to line ${line}`;
export const anEarlierRunOf = ({ startedAt }: { startedAt: string }) =>
  `An earlier run, of ${startedAt}.`;
export const showTheNewest = "Show the newest";
export const theFlowHasChangedSince =
  "The flow has changed since this run: some of its tasks are not in the text any more.";
export const tasksNotRunYet = ({ tasks }: { tasks: number }) =>
  `${countOf(tasks, { one: "task", other: "tasks" })}, not run yet`;
export const showTheFlowAs = "Show the flow as";
export const graph = "Graph";
export const table = "Table";
export const zoomOut = "Zoom out";
export const zoomIn = "Zoom in";
export const showAllOfTheGraph = "Show all of the graph";
export const showAll = "Show all";
export const findInTheGraph = "Find in the graph";
export const findInTheGraph2 = "Find in the graph (/)";
export const replayTheRun = "Replay the run";
export const saveTheGraphAsA = "Save the graph as a picture";
export const saveAsSvg = "Save as SVG";
export const saveAsPng = "Save as PNG";
export const heightOfTheDetails = "Height of the details";
export const thisFlowCallsNoTask =
  "This flow calls no task yet. Call one in its body, and it appears here.";
export const theGraphOfAFlow =
  "The graph of a flow is drawn here as you write it. This notebook has no flow yet.";
export const writeOne = "Write one";
export const theFlowAsATable = "The flow as a table";
export const node = "Node";
export const state = "State";
export const takesFrom = "Takes from";
export const tasksOf = ({ name }: { name: string }) => `Tasks of ${name}`;
export const hideItsTasks = "Hide its tasks";
export const showItsTasks = "Show its tasks";
export const showMoreRowsOf = ({
  min,
  value,
}: {
  min: number;
  value: string;
}) =>
  `Show ${countOf(min, { one: "more row", other: "more rows" })} of ${value}`;
export const actionsFor = ({ name }: { name: string }) => `Actions for ${name}`;
export const answerIt = "Answer it…";
export const retry = "Retry";
export const runFromHere = "Run from here";
export const runToHere = "Run to here";
export const cancelThisSubFlow = "Cancel this sub-flow";
export const cancelThisTask = "Cancel this task";
export const showItsLogs = "Show its logs";
export const changeItsValue = "Change its value";
