/** Words of what is done to the database and the files of a notebook. */

export const importWhileRunning =
  "A flow of this notebook is running, and it may write into the database. Wait for it, or cancel it first.";
/** `file` is undefined if it has no name. */
export const databaseImported = (file: string | undefined) =>
  file === undefined
    ? "The file is this notebook's database now."
    : `${file} is this notebook's database now.`;
export const logBeside = (file: string | undefined) =>
  `What was written to it last may still be in ${file === undefined ? "the -wal file" : `${file}-wal`} beside it: if something is missing, close the program that has it open, and import it again.`;
export const databasePutBack =
  "What was there before is this notebook's database now.";
export const tableDropped = (table: string) => `The table ${table} is gone.`;
/** `tasks` have written into a table that was dropped. */
export const writersRun = (tasks: string) =>
  `Resume runs again what wrote it: ${tasks}.`;
/** The same of tasks of which other tables hold rows, which would be written once more. */
export const writersKept = (tasks: string) =>
  `Resume keeps what wrote it and has rows in other tables: ${tasks}. “Run from here” writes all of them again.`;
export const viewDropped = (view: string) => `The view ${view} is gone.`;
export const tablePutBack = (table: string) =>
  `The database is what it was before ${table} was dropped.`;
/** What a file is called that has no name. */
export const file = "file";
export const fileReplaced = (name: string) =>
  `There was a ${name} already; what it held was replaced.`;
export const fileRemoved = (name: string) => `${name} was removed.`;
export const openedAfterwards =
  "The notebook is opened when what is being done to the files or the database of this one is done.";
