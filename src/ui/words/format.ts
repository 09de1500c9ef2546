/** Words of the formatter of code. */

export const couldNotBeFormattedAnd = ({
  name,
  reason,
}: {
  name: string;
  reason: string;
}) => `${name} could not be formatted, and was left as it is. ${reason}`;
