/** Words of notebooks that are deleted. */

export const notebookDeleted = (title: string) => `“${title}” was deleted.`;
export const deletedElsewhere = (title: string) =>
  `“${title}” was deleted in another tab, which offers to undo that.`;
export const deletedWhileOpen =
  "This notebook is open in another tab. Close it there, then delete it here.";
