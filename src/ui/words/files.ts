/** Words of the files of a notebook. */
import { plural } from "./language.ts";

export const fileGone = "The file is not there any more.";
export const notText = "This file is no text.";
export const previewing = (name: string) => `Reading ${name} …`;
export const newName = (name: string) => `New name of ${name}`;
export const showContent = "Show what is in it";
export const fileFacts = ({ size, ago }: { size: string; ago: string }) =>
  `${size}, added ${ago}`;
/** The cells that read a file follow. */
export const usedBy = "used by";
/** Of a file that no cell reads. Marked. */
export const readBy = "a cell reads it by `{call}`";
export const downloadFile = (name: string) => `Download ${name}`;
export const download = "Download";
export const renameFile = (name: string) => `Rename ${name}`;
export const rename = "Rename";
export const removeFile = (name: string) => `Remove ${name}`;
export const remove = "Remove";
export const files = "Files of this notebook";
export const missing = "Missing";
export const chooseIt = "Choose it";
export const chooseFile = (name: string) => `Choose the file ${name}`;
export const present = "Here";
/** `more` files come after it. */
export const addingFile = ({
  name,
  size,
  more,
}: {
  name: string;
  size: string;
  more: number;
}) =>
  more === 0
    ? `Adding ${name} (${size})…`
    : `Adding ${name} (${size})… ${plural(more, {
        one: "One more is to come.",
        other: `${more} more are to come.`,
      })}`;
/** What a run waits for. */
export const addedFiles = ({
  names,
  count,
}: {
  names: string;
  count: number;
}) =>
  plural(count, {
    one: `Waiting for ${names}, which is being added.`,
    other: `Waiting for ${names}, which are being added.`,
  });
export const comingFiles = (names: readonly string[]) =>
  `Waiting for ${names.join(", ")}, which ${names.length === 1 ? "comes" : "come"} with this example.`;
export const dropMore = "Drop more files here.";
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
