/** Words of a cell or a flow that is asked for and cannot be had. */

/** `cells` are the names of those that there are, empty for none. */
export const unknownCell = ({ name, cells }: { name: string; cells: string }) =>
  `There is no cell "${name}". This notebook has ${cells || "no named cells"}.`;
/** `reason` is undefined if it is not known: then it is that of the cell. */
export const flowNotDrawn = ({
  flow,
  reason,
}: {
  flow: string;
  reason: string | undefined;
}) => `${flow} cannot be drawn: ${reason ?? "its cell has an error"}`;
