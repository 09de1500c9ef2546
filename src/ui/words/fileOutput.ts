/** Words of a file that a task or a cell made. */

export const downloadFile = (file: string) => `Download ${file}`;
export const download = "Download";
export const keepFile = "Keep with the notebook";
export const keepFileHint = "Put it under Files, where tasks can read it";
