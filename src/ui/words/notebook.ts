/** Words of the notebook's cells. */
import type { CellKind } from "../../notebook/document.ts";

export const moveTextCell =
  "Move the text cell: drag, or press Alt and an arrow key";
export const moveCell = (cell: string) =>
  `Move ${cell}: drag, or press Alt and an arrow key`;
export const moveCellHint = "Drag to move (Alt+↑, Alt+↓)";
export const codeToggle = (cell: string) => `Code of ${cell}`;
export const sectionToggle = (title: string) => `Section ${title}`;
export const unfold = "Unfold (O)";
export const fold = "Fold away (O)";
export const cellName = "Name of the cell";
export const auto = "auto";
export const autoHint =
  "Its tasks run by themselves when they change (after a first run)";
export const taskState = ({ task, state }: { task: string; state: string }) =>
  `${task}: ${state}. Show it in the graph`;
export const stopWriting = "Done writing";
export const editText = "Edit the text";
export const stopWritingHint = "Done (Esc)";
export const editTextHint = "Edit (Enter)";
export const moreForTextCell = "More for this text cell";
export const moreForCell = (cell: string) => `More for cell ${cell}`;
export const more = "More";
export const runFlowHint = "Run the flow (Ctrl+Enter)";
export const runCellHint = "Run this cell (Ctrl+Enter)";
export const runFlow = "Run flow";
export const run = "Run";
export const output = (cell: string) => `Output of ${cell}`;
export const outputStale = "From before the last edit.";
/** Of the rows of a query. */
export const tableStale = ({ task, table }: { task: string; table: string }) =>
  `${task} has changed since it wrote ${table}. Run it to see what it gives now.`;
export const runAgain = "Run again";
export const textCell = (title: string) => `Text cell: ${title}`;
export const codeCell = ({ kind, name }: { kind: string; name: string }) =>
  `${kind} cell ${name}`;
export const emptyTextHint = "Empty text. Press Enter to write.";
export const textEditor = "Markdown of the text cell";
export const codeEditor = (cell: string) => `Code of cell ${cell}`;
export const cellProblems = "Problems in this cell";
export const goToPlace = ({ line, column }: { line: number; column: number }) =>
  `Go to line ${line}, column ${column}`;
/** Line and column follow, as `3:14`. */
export const errorAtLine = "Error at line";
export const warningAtLine = "Warning at line";
export const text = "Text";
export const insertHere = "Insert a cell here";
export const insertCell = (kind: string) => `Insert ${kind} cell`;
export const fileProblems = "Problems of the file";
export const fileProblem = ({
  line,
  message,
}: {
  line: number;
  message: string;
}) => `Line ${line}: ${message}`;
export const emptyNotebook =
  "This notebook is empty. Begin with a task in TypeScript, a query, or a few words.";
export const emptyText = "Empty text";
export const running = "Running";
const codeHint = "TypeScript: define tasks, a flow, or show something";
/** What an empty cell says. */
export const emptyHints: Readonly<Record<CellKind, string>> = {
  ts: codeHint,
  js: codeHint,
  sql: "SELECT … FROM a table of this notebook",
  md: "Text in Markdown. Esc when done",
};
