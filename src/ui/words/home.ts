/** Words of the start screen. */

export const notebooksForDataFlowsThey =
  "Notebooks for data flows. They run in this browser tab, and what they load stays on this device.";
export const newNotebook = "New notebook";
export const openAFile = "Open a file";
export const orDropAFlowMd =
  "or drop a .flow.md, .ipynb, .ts or .html file here";
export const myNotebooks = "My notebooks";
export const noneYetOpenAnExample =
  "None yet. Open an example to look around, or begin a new one; every change is saved as you type.";
export const untitled = "Untitled";
export const notRunYet = "Not run yet";
export const deleteNamed = ({ title }: { title: string }) => `Delete ${title}`;
export const deleteLabel = "Delete";
export const aboutIsKeptInThis = ({ bytes }: { bytes: string }) =>
  `About ${bytes} is kept in this browser.`;
export const itStaysUntilYouDelete = "It stays until you delete it.";
export const theBrowserMayDeleteIt =
  "The browser may delete it when the disk is nearly full: download what must not get lost.";
export const examples = "Examples";
export const documentation = "Documentation";
export const lostByTheBrowser = "Lost by the browser";
export const theseNotebooksWereKeptIn =
  "These notebooks were kept in this browser, and it does not have them any more. That happens when it finds its storage damaged after a crash.";
export const restoreTheCopyFrom = ({ copiedAt }: { copiedAt: string }) =>
  `Restore the copy from ${copiedAt}`;
export const thereIsNoCopy = "There is no copy.";
export const forgetIt = "Forget it";
export const pasteALinkOrThe = "Paste a link, or the address of a notebook";
export const aLinkOrTheAddress = "A link, or the address of a notebook";
export const open = "Open";
