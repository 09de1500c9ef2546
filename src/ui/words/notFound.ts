/** Words of a cell, a flow or an example that is asked for and cannot be had. */

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
export const noFlow =
  'This notebook has no flow. Write flow("name", () => { ... }) in a cell.';
/** `flows` are the names of those that there are, empty for none. */
export const unknownFlow = ({
  name,
  flows,
}: {
  name: string;
  flows: string;
}) =>
  flows === ""
    ? `There is no flow "${name}". This notebook has none.`
    : `There is no flow "${name}". This notebook has ${flows}.`;
export const flowBehindError = ({
  cell,
  line,
  column,
  message,
}: {
  cell: string;
  line: number;
  column: number;
  message: string;
}) =>
  `A flow of the cell ${cell} cannot be seen until its error is mended, at ${line}:${column}: ${message}`;
export const exampleMissing = ({
  name,
  status,
}: {
  name: string;
  status: number;
}) =>
  `Flowbook's own folder has no ${name}.flow.md (HTTP ${status}). Load the page again.`;
