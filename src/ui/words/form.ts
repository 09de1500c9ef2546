/** Words of a form that a link fills in. */

export const theLinkNamesTheFlow = ({ wanted }: { wanted: string }) =>
  `The link names the flow ${wanted}, which this notebook does not have.`;
export const aValueInTheLink = ({ message }: { message: string }) =>
  `A value in the link cannot be used, and the default stands. ${message}`;
