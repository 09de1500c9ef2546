/** Names of the actions, as menus, palette and help say them. */

/** What the help sheet puts together. */
export const groups = {
  run: "Run",
  cell: "Cell",
  notebook: "Notebook",
  view: "View",
};

export const runFlow = "Run the flow";
export const runOffline = "Run without network";
export const resumeRun = "Resume the last run";
export const cancelRun = "Cancel the run";
export const runCell = "Run the cell";
export const runCellAndAdvance = "Run the cell and go on";
export const editCell = "Edit the cell";
export const stopEditing = "Stop editing the cell";
export const selectPrevious = "Select the cell above";
export const selectNext = "Select the cell below";
export const insertAbove = "Insert a cell above";
export const insertBelow = "Insert a cell below";
export const insertSqlCell = "Insert a SQL cell below";
export const insertTextCell = "Insert a text cell below";
export const deleteCell = "Delete the cell";
export const cutCell = "Cut the cell";
export const copyCell = "Copy the cell as text";
export const pasteCell = "Paste cells below";
export const splitCell = "Split the cell at the cursor";
export const mergeCell = "Join the cell with the one below";
export const foldCell = "Fold the cell or its section, or unfold it";
export const runAuto = "Let the cell's tasks run by themselves, or no longer";
export const formatCode = "Format the code";
export const takeSuggestion = "Replace with the name that was meant";
export const findAndReplace = "Find and replace in all cells";
export const findInNotebook = "Find in the notebook";
export const moveCellUp = "Move the cell up";
export const moveCellDown = "Move the cell down";
export const makeTextCell = "Make the cell text";
export const makeTypeScriptCell = "Make the cell TypeScript";
export const makeJavaScriptCell = "Make the cell JavaScript";
export const makeSqlCell = "Make the cell SQL";
export const renameCell = "Rename the cell";
export const undo = "Undo";
export const redo = "Redo";
export const share = "Share";
export const showVersions = "Version history";
export const downloadNotebook = "Download the notebook (.flow.md)";
export const downloadIpynb = "Download for Jupyter (.ipynb)";
export const downloadHtml = "Download as a page to read (.html)";
export const downloadTypeScript = "Download as TypeScript (.ts)";
export const downloadDatabase = "Download the database (.sqlite)";
export const showPermissions = "Hosts that it may contact";
export const keepCopy = "Keep a copy of this notebook";
export const showForReading = "Show it for reading, without code";
export const downloadWithHistory =
  "Download the database with its runs (.sqlite)";
export const replaceDatabase = "Replace the database by a .sqlite…";
export const goHome = "All notebooks";
export const newNotebook = "New notebook";
export const openPalette = "Find an action, a cell or a table";
export const openHelp = "Keyboard help";
export const answerTask = "Go to the task that waits for you";
export const showGraph = "Show the graph";
export const showTimeline = "Show the timeline";
export const showTables = "Show the tables";
export const showRuns = "Show the runs";
export const showLogs = "Show the logs";
export const showFiles = "Show the files";
export const switchTheme = "Switch the theme: system, light, dark";
