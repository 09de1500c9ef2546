/** Words of the bar that finds and replaces. */

export const nothingFound = "Nothing found";
export const matchCount = ({ shown, all }: { shown: number; all: number }) =>
  `${shown} of ${all}`;
export const replacedCount = (places: number) => `${places} replaced.`;
export const placesChanged = ({
  places,
  cells,
}: {
  places: number;
  cells: number;
}) => `${places} places in ${cells} cells were changed.`;
export const findAndReplace = "Find and replace";
export const findHint = "Find in all cells";
export const find = "Find";
export const matchCase = "Match case";
export const wholeWords = "Whole words";
export const regularExpression = "Regular expression";
export const previousMatch = "Previous match";
export const previousMatchHint = "Previous (Shift+Enter)";
export const nextMatch = "Next match";
export const nextMatchHint = "Next (Enter)";
export const close = "Close";
export const closeHint = "Close (Esc)";
export const replaceWith = "Replace with";
export const replace = "Replace";
export const replaceAll = "Replace all";
export const matches = "Matches";
export const andMore = (count: number) => `And ${count} more.`;
