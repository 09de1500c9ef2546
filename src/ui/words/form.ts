/** Words of a form that a link fills in. */

export const unknownFlow = (flow: string) =>
  `The link names the flow ${flow}, which this notebook does not have.`;
export const invalidValue = (message: string) =>
  `A value in the link cannot be used, and the default stands. ${message}`;
