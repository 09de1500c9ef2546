/** Words of the open notebook: what became of it, its flows and its cells, and why something cannot be done with it. */

export const cellFailed = (cell: string) =>
  `Cell ${cell} could not be evaluated.`;
export const versionNotKept = (reason: string) =>
  `No version of this text was kept. ${reason}`;
export const embeddedOnly =
  "Inside another page Flowbook shows only the notebook of the link that it was embedded with.";
export const undo = "Undo";
export const cellDeleted = "The cell was deleted.";
export const notDrawn = (reason: string) =>
  `The flows could not be drawn. ${reason}`;
export const noFlow =
  'This notebook has no flow. Write flow("name", () => { ... }) in a cell.';
export const anotherOpened =
  "Another notebook was opened meanwhile, and nothing was changed in either. Open the one that is meant, and do it again.";
export const flowRunning = "A flow is running.";
export const noFlowYet = "This notebook has no flow yet.";
export const flowBroken = (flow: string) =>
  `${flow} cannot be drawn. Correct the marked cell first.`;
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
  `Flowbook's own folder has no ${name}.flow.md (HTTP ${status}). Load the page again.`;
export const exampleUnreachable = (name: string) =>
  `${name}.flow.md could not be loaded. Open it again when there is a connection.`;
export const takenOverRunning =
  "Another tab has taken this notebook over, and the run that was going on was cancelled: Resume there goes on with it. What was typed here is saved.";
export const takenOver =
  "Another tab has taken this notebook over. You see here what happens there; what was typed here is saved.";
/** What to do to have a package; a sentence goes on after it. */
export const howToFetch = 'Press "Fetch" above the notebook';
export const howToFetchAndPin = 'Press "Fetch and pin" above the notebook';
export const missingTable = ({
  table,
  flow,
}: {
  table: string;
  flow: string;
}) => `There is no table ${table} yet. Run ${flow} first.`;
