/** Words of a button that copies. */

export const copied = "Copied";
export const copyRefused = "Not allowed to copy";
