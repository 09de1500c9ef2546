/** Words of a copy that is there of a notebook which cannot be opened. */

export const copyFound = ({ title, ago }: { title: string; ago: string }) =>
  `There is a copy of “${title}” from ${ago}. It has what was done until then.`;
export const restore = "Restore it";
