/** Words of a cell, a flow or an example that is asked for and cannot be had, and of what a call of the page API does not take. */

/** `cells` are the names of those that there are, empty for none. */
export const unknownCell = ({ name, cells }: { name: string; cells: string }) =>
  `There is no cell "${name}". This notebook has ${cells || "no named cells"}.`;
/** `cell` has the error and `at` is the line and the column in it, as far as they are known; without a `reason` it is that of the flow's cell. */
export const flowNotDrawn = ({
  flow,
  cell,
  at,
  reason,
}: {
  flow: string;
  cell: string | undefined;
  at: string | undefined;
  reason: string | undefined;
}) => {
  const where =
    cell === undefined
      ? ""
      : `, for an error in the cell ${cell}${at === undefined ? "" : ` at ${at}`}`;
  return `${flow} cannot be drawn${where}: ${reason ?? "its cell has an error"}`;
};
export const noFlow =
  'This notebook has no flow. Write flow("name", () => { ... }) in a cell.';
/** Where an error may hide one. */
export const noFlowSeen = "No flow of this notebook can be seen.";
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

export function noMarkdown(given: string): string {
  return `A notebook is opened from its text, as flowbook.markdown() gives it, and not from ${given}. Nothing was opened.`;
}

export function noFile({
  call,
  given,
}: {
  call: string;
  given: string;
}): string {
  return `${call} takes a file as a Blob, an ArrayBuffer or a Uint8Array, and not ${given}. Nothing was changed. Write new Blob([text]) for a text.`;
}

export function optionsAsText(text: string): string {
  return `The options of a run are an object, and not a text. Write { flow: ${JSON.stringify(text)} }.`;
}

export function noOptions(given: string, known: string): string {
  return `The options of a run are an object with ${known}, and not ${given}.`;
}

export function unknownOptions(
  call: string,
  names: string,
  known: string,
): string {
  return `${call} has no option ${names}. Its options are ${known}, as in { flow: "load", parameters: { airport: "IAD" } }.`;
}
