/** Words of the search in the graph. */

export const findInTheGraph = "Find in the graph";
export const nameStateOrMessage = "Name, state or message";
export const none = "None";
export const ofWord = ({ at, ids }: { at: number; ids: number }) =>
  `${at} of ${ids}`;
export const next = "Next";
export const nextEnter = "Next (Enter)";
export const endTheSearch = "End the search";
export const closeEsc = "Close (Esc)";
