/** Words of the app around the notebook. */
import { countOf, formatNumber, plural } from "./language.ts";

export const documentTitle = (notebook: string) => `${notebook} · Flowbook`;
export const documentTitleRunning = (notebook: string) =>
  `▶ ${notebook} · Flowbook`;
export const partNotLoaded =
  "This part of the app could not be loaded. Check the connection, then reload the page.";
export const notebook = "Notebook";
export const graph = "Graph";
export const timeline = "Timeline";
export const tables = "Tables";
export const runs = "Runs";
export const logs = "Logs";
export const files = "Files";
export const pane = "Graph, tables and runs";
export const paneWidth = "Width of the pane";
export const views = "Views";
export const closeNotice = "Close this message";
export const close = "Close";
export const permissions = "Permissions";
export const refuseHost = "Run without it";
export const allowHost = "Allow";
export const reused = "Reused";
/** Tasks of a plan that are not listed. */
export const moreTasks = (count: number) =>
  `and ${countOf(count, { one: "more", other: "more" })}`;
export const nextRunPlan = "What the next run will do";
export const nextResumePlan = "What the next resume will do";
export const planKinds = "Plan of";
export const resume = "Resume";
export const run = "Run";
export const resumeExplained =
  "Resume goes on with the last run: what succeeded and still holds is kept.";
export const runExplained = "Run starts a new run of the whole flow.";
export const tasksDone = ({ done, all }: { done: number; all: number }) =>
  `${done} of ${all} done`;
export const cancelHint = "End this run; what succeeded is kept";
export const cancel = "Cancel";
export const stopping = "Stopping…";
export const resumeHint =
  "Go on with the last run: keep what succeeded, run the rest";
export const runHint = "Run the flow (Ctrl+Enter)";
/** Changes of a run that are not said aloud one by one. */
export const moreChanges = (rest: number) => `And ${rest} more.`;
export const themeSystem = "Theme: as the system";
export const themeLight = "Theme: light";
export const themeDark = "Theme: dark";
/** `theme` is one of the above. */
export const switchTheme = (theme: string) => `${theme}. Switch`;
export const allNotebooks = "All notebooks";
export const notebookTitle = "Title of the notebook";
export const flow = "Flow";
export const flowHint = "The flow that Run means";
export const keepHint = "Make a copy among your own notebooks";
export const keep = "Keep";
export const shareHint = "Share as a link or a file";
export const share = "Share";
export const menu = "Menu";
/** `cells` are the names of those that there are, empty for none. */
export const unknownCell = ({ name, cells }: { name: string; cells: string }) =>
  `There is no cell "${name}". This notebook has ${cells || "no named cells"}.`;
export const cellFailed = (cell: string) =>
  `Cell ${cell} could not be evaluated.`;
export const noCopy =
  "There is no copy of this notebook in this browser. Open it from a file or a link, and run its flow again.";
export const versionNotKept = (reason: string) =>
  `No version of this text was kept. ${reason}`;
export const planRun = (tasks: number) => `${tasks} run`;
export const planReused = (tasks: number) => `${tasks} reused`;
export const planMixed = ({ run, reused }: { run: number; reused: number }) =>
  `${run} run, ${reused} reused`;
export const runNotOver =
  "A task can be marked as a success once its run is over. Wait for it, or cancel it first.";
export const noRun = "There is no run yet. Run the flow first.";
export const nothingToResume = (flow: string) =>
  `${flow} has not run yet, so there is nothing to resume. Run it first.`;
export const alreadyRunning =
  "A flow of this notebook is running. Wait for it, or cancel it first.";
export const unknownRun = (run: string) => `There is no run ${run}.`;
export const flowRuns = (flow: string) => `${flow} is running.`;
export const flowGoesOn = (flow: string) => `${flow} goes on.`;
export const elementWaits = (task: string) =>
  `An element of ${task} waits for you.`;
export const elementsWait = ({
  count,
  task,
}: {
  count: number;
  task: string;
}) => `${count} elements of ${task} wait for you.`;
/** `message` is what the task says, empty if it says nothing. */
export const taskWaits = ({
  task,
  message,
}: {
  task: string;
  message: string;
}) =>
  message === ""
    ? `${task} waits for you`
    : `${task} waits for you: ${message}`;
export const taskRetries = (task: string) => `${task} is tried again.`;
export const tasksFailed = ({ failed, all }: { failed: number; all: number }) =>
  `${failed} of ${all} tasks did not succeed`;
export const dataLost =
  "The browser lost the data of this notebook: its rows, runs and results are not there any more. Nothing is written until you say how to go on.";
export const embeddedOnly =
  "Inside another page Flowbook shows only the notebook of the link that it was embedded with.";
export const copyFound = ({ title, ago }: { title: string; ago: string }) =>
  `There is a copy of “${title}” from ${ago}. It has what was done until then.`;
export const restore = "Restore it";
export const notebookLost =
  "The browser lost this notebook. Under All notebooks you see whether there is a copy of it.";
export const unknownNotebook =
  "This notebook is not on this device. It may have been deleted here, or its address comes from another browser: ask for a link or a file.";
export const notebookDeleted = (title: string) => `“${title}” was deleted.`;
export const undo = "Undo";
export const overtaken =
  "Another tab has changed this notebook. What was typed here is kept as a version of it: see Versions.";
export const cellDeleted = "The cell was deleted.";
export const copyKept =
  "You changed this notebook, so a copy of it is among your notebooks now. The link still opens it as it was sent.";
/** `reason` is undefined if it is not known: then it is that of the cell. */
export const flowNotDrawn = ({
  flow,
  reason,
}: {
  flow: string;
  reason: string | undefined;
}) => `${flow} cannot be drawn: ${reason ?? "its cell has an error"}`;
export const noFlow =
  'This notebook has no flow. Write flow("name", () => { ... }) in a cell.';
export const importWhileRunning =
  "A flow of this notebook is running, and it may write into the database. Wait for it, or cancel it first.";
/** `file` is undefined if it has no name. */
export const databaseImported = (file: string | undefined) =>
  file === undefined
    ? "The file is this notebook's database now."
    : `${file} is this notebook's database now.`;
export const databasePutBack =
  "What was there before is this notebook's database now.";
export const fileRemoved = (name: string) => `${name} was removed.`;
export const taskWaiting = "A task waits for you";
export const tasksWaiting = (count: number) =>
  `${formatNumber(count)} tasks wait for you`;
export const flowRunning = "A flow is running.";
export const noFlowYet = "This notebook has no flow yet.";
export const flowBroken = (flow: string) =>
  `${flow} cannot be drawn. Correct the marked cell first.`;
export const openElsewhere =
  "This notebook is open in another tab. You see here what happens there; take it over to change or run it.";
export const takenOver =
  "Another tab has taken this notebook over. You see here what happens there; what was typed here is saved.";
/** `flows` are the names of those that there are, empty for none. */
export const unknownFlow = ({
  name,
  flows,
}: {
  name: string;
  flows: string;
}) =>
  flows === ""
    ? `There is no flow "${name}". This notebook has none.`
    : `There is no flow "${name}". This notebook has ${flows}.`;
export const flowBehindError = ({
  cell,
  line,
  column,
  message,
}: {
  cell: string;
  line: number;
  column: number;
  message: string;
}) =>
  `A flow of the cell ${cell} cannot be seen until its error is mended, at ${line}:${column}: ${message}`;
export const exampleMissing = ({
  name,
  status,
}: {
  name: string;
  status: number;
}) =>
  `Flowbook's own folder has no ${name}.flow.md (HTTP ${status}). Load the page again: it may have been replaced by a newer version.`;
export const exampleUnreachable = (name: string) =>
  `${name}.flow.md could not be loaded. Open it again when there is a connection.`;
export const markOneElement = ({
  task,
  elements,
}: {
  task: string;
  elements: number;
}) =>
  `${task} is a map: say which of its ${elements} elements was a success, by its index from 0 on.`;
/** Marked, with {host}. */
export const wantsHost =
  "This notebook wants to contact *{host}*. It reaches only hosts that you allow.";
/** What to do to have a package; a sentence goes on after it. */
export const howToFetch = 'Press "Fetch" above the notebook';
export const howToFetchAndPin = 'Press "Fetch and pin" above the notebook';
export const taskCount = (tasks: number) =>
  `${tasks} ${plural(tasks, { one: "task", other: "tasks" })}`;
/** What is wanted of a person. `task` is its name, with how many of its elements wait if several do. */
export const approve = (task: string) => `Approve: ${task}`;
export const answer = (task: string) => `Answer: ${task}`;
export const startTask = (task: string) => `Start ${task}`;
export const resumeTask = (task: string) => `Resume ${task}`;
export const waitForAnswer = ({
  tasks,
  names,
}: {
  tasks: number;
  names: string;
}) =>
  `${names} ${plural(tasks, { one: "waits", other: "wait" })} for an answer. Answer in the graph, or with flowbook.answer(task, ...).`;
/** `task` may name an element of a map, as `fetch[3]`. */
export const unknownTask = ({ task, tasks }: { task: string; tasks: string }) =>
  `The run has no task ${task}. It has ${tasks}.`;
export const notWaiting = ({ task, state }: { task: string; state: string }) =>
  `${task} waits for nobody: it is ${state}.`;
export const notInRun = (task: string) =>
  `${task} waits for nobody: it is not part of the run.`;
export const missingTable = ({
  table,
  flow,
}: {
  table: string;
  flow: string;
}) => `There is no table ${table} yet. Run ${flow} first.`;
/** `outcome` is `taskCount` or `tasksFailed`: how many tasks there were, or did not succeed. */
export const runEnd = ({
  flow,
  state,
  outcome,
}: {
  flow: string;
  state: string;
  outcome: string;
}) => `${flow}: ${state}, ${outcome}.`;
