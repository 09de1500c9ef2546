/** Words of a notebook that cannot be changed here. */

export const restoreCopy = (ago: string) => `Restore the copy from ${ago}`;
export const goOnWithout = "Go on without them";
export const takeOver = "Take over";
