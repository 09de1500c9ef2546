/** Words of a notebook that cannot be saved. */

export const notSaved = (reason: string) =>
  `The notebook that you left could not be saved. ${reason} It is still in this tab, so keep that open: make room, for example by deleting a notebook, and open it again.`;
