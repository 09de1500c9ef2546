/** Words of a notebook that cannot be saved. */

/** `isLeft`: another notebook, or the list, is on show. */
export const notSaved = (reason: string, isLeft: boolean) =>
  isLeft
    ? `The notebook that you left could not be saved. ${reason} It is still in this tab, so keep that open: it is saved by itself as soon as that works.`
    : `${reason} Keep this tab open: the notebook is saved by itself as soon as that works.`;
