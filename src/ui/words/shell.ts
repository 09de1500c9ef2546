/** Words of the app around the notebook. */
import { countOf, formatNumber, plural } from "./language.ts";

export const flowbook = ({
  running,
  name,
}: {
  running: string;
  name: string;
}) => `${running}${name} · Flowbook`;
export const thisPartOfTheApp =
  "This part of the app could not be loaded. Check the connection, then reload the page.";
export const notebook = "Notebook";
export const graph = "Graph";
export const timeline = "Timeline";
export const tables = "Tables";
export const runs = "Runs";
export const logs = "Logs";
export const files = "Files";
export const graphTablesAndRuns = "Graph, tables and runs";
export const widthOfThePane = "Width of the pane";
export const views = "Views";
export const closeThisMessage = "Close this message";
export const close = "Close";
export const permissions = "Permissions";
export const runWithoutIt = "Run without it";
export const allow = "Allow";
export const reused = "Reused";
export const andMore = ({ count }: { count: number }) =>
  `and ${countOf(count, { one: "more", other: "more" })}`;
export const whatTheNextWillDo = ({ planFor }: { planFor: string }) =>
  `What the next ${planFor} will do`;
export const planOf = "Plan of";
export const resume = "Resume";
export const run = "Run";
export const resumeGoesOnWithThe =
  "Resume goes on with the last run: what succeeded and still holds is kept.";
export const runStartsANewRun = "Run starts a new run of the whole flow.";
export const ofDone = ({ final, tasks }: { final: number; tasks: number }) =>
  `${final} of ${tasks} done`;
export const endThisRunWhatSucceeded = "End this run; what succeeded is kept";
export const cancel = "Cancel";
export const stopping = "Stopping…";
export const goOnWithTheLast =
  "Go on with the last run: keep what succeeded, run the rest";
export const runTheFlowCtrlEnter = "Run the flow (Ctrl+Enter)";
export const andMore2 = ({ rest }: { rest: number }) => `And ${rest} more.`;
export const themeAsTheSystem = "Theme: as the system";
export const themeLight = "Theme: light";
export const themeDark = "Theme: dark";
export const switchWord = ({ label }: { label: string }) => `${label}. Switch`;
export const allNotebooks = "All notebooks";
export const titleOfTheNotebook = "Title of the notebook";
export const flow = "Flow";
export const theFlowThatRunMeans = "The flow that Run means";
export const makeACopyAmongYour = "Make a copy among your own notebooks";
export const keep = "Keep";
export const shareAsALinkOr = "Share as a link or a file";
export const share = "Share";
export const menu = "Menu";
export const noNamedCells = "no named cells";
export const thereIsNoCellThis = ({
  name,
  join,
}: {
  name: string;
  join: string;
}) => `There is no cell "${name}". This notebook has ${join}.`;
export const cellCouldNotBeEvaluated = ({ name }: { name: string }) =>
  `Cell ${name} could not be evaluated.`;
export const thereIsNoCopyOf =
  "There is no copy of this notebook in this browser. Open it from a file or a link, and run its flow again.";
export const noVersionOfThisText = ({ message }: { message: string }) =>
  `No version of this text was kept. ${message}`;
export const run2 = ({ run }: { run: number }) => `${run} run`;
export const reused2 = ({ reused }: { reused: number }) => `${reused} reused`;
export const runReused = ({ run, reused }: { run: number; reused: number }) =>
  `${run} run, ${reused} reused`;
export const aTaskCanBeMarked =
  "A task can be marked as a success once its run is over. Wait for it, or cancel it first.";
export const thereIsNoRunYet = "There is no run yet. Run the flow first.";
export const hasNotRunYetSo = ({ flow }: { flow: string }) =>
  `${flow} has not run yet, so there is nothing to resume. Run it first.`;
export const aFlowOfThisNotebook =
  "A flow of this notebook is running. Wait for it, or cancel it first.";
export const thereIsNoRun = ({ run }: { run: string }) =>
  `There is no run ${run}.`;
export const isRunning = ({ flow }: { flow: string }) => `${flow} is running.`;
export const goesOn = ({ flow }: { flow: string }) => `${flow} goes on.`;
export const anElementOfWaitsFor = ({ name }: { name: string }) =>
  `An element of ${name} waits for you.`;
export const elementsOfWaitForYou = ({
  waiting,
  name,
}: {
  waiting: number;
  name: string;
}) => `${waiting} elements of ${name} wait for you.`;
export const waitsForYou = ({
  name,
  because,
}: {
  name: string;
  because: string;
}) => `${name} waits for you${because}`;
export const isTriedAgain = ({ name }: { name: string }) =>
  `${name} is tried again.`;
export const ofTasksDidNotSucceed = ({
  failed,
  tasks,
}: {
  failed: number;
  tasks: number;
}) => `${failed} of ${tasks} tasks did not succeed`;
export const theBrowserLostTheData =
  "The browser lost the data of this notebook: its rows, runs and results are not there any more. Nothing is written until you say how to go on.";
export const insideAnotherPageFlowbookShows =
  "Inside another page Flowbook shows only the notebook of the link that it was embedded with.";
export const thereIsACopyOf = ({ title, at }: { title: string; at: string }) =>
  `There is a copy of “${title}” from ${at}. It has what was done until then.`;
export const restoreIt = "Restore it";
export const theBrowserLostThisNotebook =
  "The browser lost this notebook. Under All notebooks you see whether there is a copy of it.";
export const thisNotebookIsNotOn =
  "This notebook is not on this device. It may have been deleted here, or its address comes from another browser: ask for a link or a file.";
export const wasDeleted = ({ title }: { title: string }) =>
  `“${title}” was deleted.`;
export const undo = "Undo";
export const anotherTabHasChangedThis =
  "Another tab has changed this notebook. What was typed here is kept as a version of it: see Versions.";
export const theCellWasDeleted = "The cell was deleted.";
export const youChangedThisNotebookSo =
  "You changed this notebook, so a copy of it is among your notebooks now. The link still opens it as it was sent.";
export const itsCellHasAnError = "its cell has an error";
export const cannotBeDrawn = ({
  name,
  message,
}: {
  name: string;
  message: string;
}) => `${name} cannot be drawn: ${message}`;
export const noFlow =
  'This notebook has no flow. Write flow("name", () => { ... }) in a cell.';
export const aFlowOfThisNotebookIs =
  "A flow of this notebook is running, and it may write into the database. Wait for it, or cancel it first.";
export const theFile = "The file";
export const isThisNotebooksDatabaseNow = ({ shown }: { shown: string }) =>
  `${shown} is this notebook's database now.`;
export const whatWasThereBefore = "What was there before";
export const wasRemoved = ({ name }: { name: string }) =>
  `${name} was removed.`;
export const aTaskWaitsForYou = "A task waits for you";
export const tasksWaitForYou = ({ count }: { count: number }) =>
  `${formatNumber(count)} tasks wait for you`;
export const aFlowIsRunning = "A flow is running.";
export const thisNotebookHasNoFlowYet = "This notebook has no flow yet.";
export const cannotBeDrawnCorrectThe = ({ name }: { name: string }) =>
  `${name} cannot be drawn. Correct the marked cell first.`;
export const thisNotebookIsOpenIn =
  "This notebook is open in another tab. You see here what happens there; take it over to change or run it.";
export const anotherTabHasTakenThis =
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
