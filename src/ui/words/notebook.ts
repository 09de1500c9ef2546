/** Words of the notebook's cells. */
import type { CellKind } from "../../notebook/document.ts";

export const theTextCell = "the text cell";
export const moveDragOrPressAlt = ({ name }: { name: string }) =>
  `Move ${name}: drag, or press Alt and an arrow key`;
export const dragToMoveAltAlt = "Drag to move (Alt+↑, Alt+↓)";
export const codeOf = ({ name }: { name: string }) => `Code of ${name}`;
export const showTheCodeO = "Show the code (O)";
export const foldTheCodeAwayO = "Fold the code away (O)";
export const nameOfTheCell = "Name of the cell";
export const showItInTheGraph = ({
  name,
  state,
}: {
  name: string;
  state: string;
}) => `${name}: ${state}. Show it in the graph`;
export const doneWriting = "Done writing";
export const editTheText = "Edit the text";
export const doneEsc = "Done (Esc)";
export const editEnter = "Edit (Enter)";
export const moreForThisTextCell = "More for this text cell";
export const moreForCell = ({ name }: { name: string }) =>
  `More for cell ${name}`;
export const more = "More";
export const theFlow = "the flow";
export const thisCell = "this cell";
export const runCtrlEnter = ({ thisCell }: { thisCell: string }) =>
  `Run ${thisCell} (Ctrl+Enter)`;
export const runFlow = "Run flow";
export const run = "Run";
export const outputOf = ({ name }: { name: string }) => `Output of ${name}`;
export const fromBeforeTheLastEdit = "From before the last edit.";
export const runAgain = "Run again";
export const textCell = ({ cell }: { cell: string }) => `Text cell: ${cell}`;
export const cell = ({ long, name }: { long: string; name: string }) =>
  `${long} cell ${name}`;
export const emptyTextPressEnterTo = "Empty text. Press Enter to write.";
export const markdownOfTheTextCell = "Markdown of the text cell";
export const codeOfCell = ({ name }: { name: string }) =>
  `Code of cell ${name}`;
export const problemsInThisCell = "Problems in this cell";
export const goToLineColumn = ({
  line,
  column,
}: {
  line: number;
  column: number;
}) => `Go to line ${line}, column ${column}`;
export const error = "Error";
export const warning = "Warning";
export const atLine = ({ warning }: { warning: string }) =>
  `${warning} at line`;
export const text = "Text";
export const insertACellHere = "Insert a cell here";
export const insertCell = ({ label }: { label: string }) =>
  `Insert ${label} cell`;
export const problemsOfTheFile = "Problems of the file";
export const line = ({ line, message }: { line: number; message: string }) =>
  `Line ${line}: ${message}`;
export const thisNotebookIsEmptyBegin =
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
