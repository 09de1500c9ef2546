/** Words of the parts of an output that are loaded when they are needed. */

export const copied = "Copied";
export const notAllowedToCopy = "Not allowed to copy";
export const download = ({ name }: { name: string }) => `Download ${name}`;
export const download2 = "Download";
export const putItUnderFilesWhere =
  "Put it under Files, where tasks can read it";
export const keepWithTheNotebook = "Keep with the notebook";
export const sortBy = ({ name }: { name: string }) => `Sort by ${name}`;
export const nullWord = "null";
