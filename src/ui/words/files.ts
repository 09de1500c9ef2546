/** Words of the files of a notebook. */

export const theFileIsNotThere = "The file is not there any more.";
export const thisFileIsNoText = "This file is no text.";
export const reading = ({ name }: { name: string }) => `Reading ${name} …`;
export const newNameOf = ({ name }: { name: string }) => `New name of ${name}`;
export const showWhatIsInIt = "Show what is in it";
export const added = ({ size, addedAt }: { size: string; addedAt: string }) =>
  `${size}, added ${addedAt}`;
export const usedBy = "· used by";
export const download = ({ name }: { name: string }) => `Download ${name}`;
export const download2 = "Download";
export const rename = ({ name }: { name: string }) => `Rename ${name}`;
export const rename2 = "Rename";
export const remove = ({ name }: { name: string }) => `Remove ${name}`;
export const remove2 = "Remove";
export const filesOfThisNotebook = "Files of this notebook";
export const missing = "Missing";
export const chooseIt = "Choose it";
export const chooseTheFile = ({ name }: { name: string }) =>
  `Choose the file ${name}`;
export const here = "Here";
export const reading2 = ({ busy }: { busy: string }) => `Reading ${busy}…`;
export const dropMoreFilesHere = "Drop more files here.";
export const chooseFiles = "Choose files";
export const missingFile = "The notebook reads this file, and it is not here.";
export const mayLieBeside = (host: string) =>
  `It may lie beside the notebook on ${host}.`;
export const fetchAddress = (address: string) => `Fetch ${address}`;
export const fetchFrom = ({ name, host }: { name: string; host: string }) =>
  `Fetch ${name} from ${host}`;
export const fetchIt = "Fetch it";
export const fetching = "Fetching…";
/** Marked. */
export const noFiles =
  "Files that tasks read, such as a CSV, are kept with the notebook. Drop them here, then read them with `readText`, `readCsv` and their like.";
