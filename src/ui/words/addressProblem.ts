/** Words of an address that does not open. */

export const pasteLabel = "Do you have it in full? Paste it here.";
export const pasteHint =
  "The whole link, an address, or the text of the notebook";
export const open = "Open";
export const tryAgain = "Try again";
export const allNotebooks = "All notebooks";
