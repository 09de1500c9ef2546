/** Words of the palette. */

export const label =
  "Find an action, a cell, a table, a run or a page of the docs";
export const results = "Found";
/** What else people call what some actions do; not shown, but found by. */
export const databaseWords = "import export history runs sqlite tables";
export const noResult = "Nothing is called that. Try a shorter word.";
/** With when it was changed last: titles may be alike. */
export const notebookNote = (ago: string) => `Notebook, changed ${ago}`;
export const text = "Text";
export const parameter = "Parameter";
export const table = "Table";
export const view = "View";
export const columnNote = (table: string) => `Column of ${table}`;
export const flow = "Flow";
export const runTitle = ({ flow, state }: { flow: string; state: string }) =>
  `${flow}: ${state}`;
export const runNote = (moment: string) => `Run of ${moment}`;
export const cellNote = (kind: string) => `${kind} cell`;
export const nodeNote = (role: string) => `${role} in the graph`;
