/** Words of what the browser lost. */

export const noCopy =
  "There is no copy of this notebook in this browser. Open it from a file or a link, and run its flow again.";
export const dataLost =
  "The browser lost the data of this notebook: its rows, runs and results are not there any more. Nothing is written until you say how to go on.";
export const notebookLost =
  "The browser lost this notebook. Under All notebooks you see whether there is a copy of it.";
