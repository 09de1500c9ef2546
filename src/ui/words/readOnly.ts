/** Words of a notebook that cannot be changed here. */

export const restoreTheCopyFrom = ({ copiedAt }: { copiedAt: string }) =>
  `Restore the copy from ${copiedAt}`;
export const goOnWithoutThem = "Go on without them";
export const takeOver = "Take over";
