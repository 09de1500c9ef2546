/** Words of the bar that finds and replaces. */

export const nothingFound = "Nothing found";
export const ofWord = ({
  shown,
  matches,
}: {
  shown: number;
  matches: number;
}) => `${shown} of ${matches}`;
export const replaced = ({ which }: { which: number }) => `${which} replaced.`;
export const placesInCellsWereChanged = ({
  which,
  size,
}: {
  which: number;
  size: number;
}) => `${which} places in ${size} cells were changed.`;
export const undo = "Undo";
export const findAndReplace = "Find and replace";
export const findInAllCells = "Find in all cells";
export const find = "Find";
export const matchCase = "Match case";
export const wholeWords = "Whole words";
export const regularExpression = "Regular expression";
export const previousMatch = "Previous match";
export const previousShiftEnter = "Previous (Shift+Enter)";
export const nextMatch = "Next match";
export const nextEnter = "Next (Enter)";
export const close = "Close";
export const closeEsc = "Close (Esc)";
export const replaceWith = "Replace with";
export const replace = "Replace";
export const replaceAll = "Replace all";
export const matches = "Matches";
export const andMore = ({ count }: { count: number }) => `And ${count} more.`;
