/** Words of a file that a task or a cell made. */

/** What a file is called that has no name. */
export const file = "file";
export const downloadFile = (file: string) => `Download ${file}`;
export const download = "Download";
export const keepFile = "Keep with the notebook";
export const keepFileHint = "Put it under Files, where tasks can read it";
