/** Words of the search in the graph. */

export const find = "Find in the graph";
export const placeholder = "Name, state or message";
export const noMatch = "None";
export const matchCount = ({ at, all }: { at: number; all: number }) =>
  `${at} of ${all}`;
export const next = "Next";
export const nextHint = "Next (Enter)";
export const endSearch = "End the search";
export const closeHint = "Close (Esc)";
