/** Said of what was asked for in a notebook in whose place another one has come. */
export const anotherOpened =
  "Another notebook was opened meanwhile, and nothing was changed in either. Open the one that is meant, and do it again.";
export const runEnded = (flow: string) =>
  `The run of ${flow} was cancelled, since another notebook was opened. What has succeeded is kept; Resume does the rest.`;
