/** Words of a preview that became a notebook of the reader. */

export const copyKept =
  "You changed this notebook, so a copy of it is among your notebooks now. The original is as it was.";
