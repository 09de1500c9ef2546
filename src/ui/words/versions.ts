/** Words of the sheet of versions. */

export const firstKept = "the first one kept";
export const listLabel = "Versions, newest first";
export const currentText = "The text now";
export const textOfRun = "The text of the run";
export const restored = ({
  number,
  moment,
}: {
  number: number;
  moment: string;
}) =>
  `The text of version ${number}, ${moment}, is back. The text before it is kept as a version too.`;
export const title = "Version history";
export const readingVersions = "Reading the versions…";
export const noVersion =
  "There is no version yet. One is made when the notebook is opened and at each run, if the text is another one by then.";
export const textGone = "The text of this run is not kept any more.";
export const show = "Show";
export const changesSince = "what changed since then";
export const changesMade = "what it changed in the one before";
export const wholeText = "its whole text";
export const compareWith = "What changed between it and";
export const versionTitle = ({
  number,
  moment,
}: {
  number: number;
  moment: string;
}) => `version ${number}, ${moment}`;
export const restore = "Restore";
export const textLabel = "Text";
export const isCurrent = "This is the text as it is now.";
export const noChange = "Both texts are the same.";
export const reading = "Reading…";
export const restoreHint = "Put this text back; it can be undone";
