/** Words of the sheet of versions. */

export const theFirstOneKept = "the first one kept";
export const versionsNewestFirst = "Versions, newest first";
export const theTextNow = "The text now";
export const theTextOfTheRun = "The text of the run";
export const theTextOfVersionIs = ({
  number,
  at,
}: {
  number: number;
  at: string;
}) =>
  `The text of version ${number}, ${at}, is back. The text before it is kept as a version too.`;
export const undo = "Undo";
export const versionHistory = "Version history";
export const readingTheVersions = "Reading the versions…";
export const thereIsNoVersionYet =
  "There is no version yet. One is made when the notebook is opened and at each run, if the text is another one by then.";
export const theTextOfThisRun = "The text of this run is not kept any more.";
export const show = "Show";
export const whatChangedSinceThen = "what changed since then";
export const whatItChangedInThe = "what it changed in the one before";
export const itsWholeText = "its whole text";
export const whatChangedBetweenItAnd = "What changed between it and";
export const version = ({ number, at }: { number: number; at: string }) =>
  `version ${number}, ${at}`;
export const restore = "Restore";
export const text = "Text";
export const thisIsTheTextAs = "This is the text as it is now.";
export const bothTextsAreTheSame = "Both texts are the same.";
export const reading = "Reading…";
export const restoreHint = "Put this text back; it can be undone";
