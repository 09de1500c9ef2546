/** What is said of files that were dropped. */

export const keptWithThisNotebookA = ({
  kept,
  verb,
  pronoun,
  callOf,
}: {
  kept: string;
  verb: string;
  pronoun: string;
  callOf: string;
}) =>
  `${kept} ${verb} kept with this notebook. A task reads ${pronoun} with ${callOf}.`;
export const showFiles = "Show files";
