/** Words of the start screen. */

export const intro =
  "Notebooks for data flows. They run in this browser tab, and what they load stays on this device.";
export const newNotebook = "New notebook";
export const openFile = "Open a file";
export const dropHint = "or drop a .flow.md, .ipynb, .ts or .html file here";
export const myNotebooks = "My notebooks";
export const noNotebook =
  "None yet. Open an example to look around, or begin a new one; every change is saved as you type.";
export const untitled = "Untitled";
export const notRunYet = "Not run yet";
export const deleteNotebook = (title: string) => `Delete ${title}`;
export const deleteLabel = "Delete";
export const recentLinks = "Recent links";
export const recentLinksHint =
  "Opened, and not kept. The list is known to this browser only.";
/** Where the notebook of a link is, if no host sends it. */
export const inLink = "In the link";
export const forgetLabel = "Forget";
export const forgetLink = (title: string) => `Forget ${title}`;
export const linkForgotten = (title: string) =>
  `The link to “${title}” was forgotten.`;
export const undo = "Undo";
export const storageUsed = (size: string) =>
  `About ${size} is kept in this browser.`;
export const storagePersists = "It stays until you delete it.";
export const storageAtRisk =
  "The browser may delete it when the disk is nearly full: download what must not get lost.";
export const examples = "Examples";
export const documentation = "Documentation";
export const lostTitle = "Lost by the browser";
export const lostHint =
  "These notebooks were kept in this browser, and it does not have them any more. That happens when it finds its storage damaged after a crash.";
export const restoreCopy = (ago: string) => `Restore the copy from ${ago}`;
export const noCopy = "There is no copy.";
export const forget = "Forget it";
export const addressPlaceholder = "Paste a link, or the address of a notebook";
export const addressLabel = "A link, or the address of a notebook";
export const open = "Open";
