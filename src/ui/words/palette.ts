/** Words of the palette. */

export const findAnActionACell =
  "Find an action, a cell, a table or a page of the docs";
export const found = "Found";
export const nothingIsCalledThatTry =
  "Nothing is called that. Try a shorter word.";
export const notebook = "Notebook";
export const text = "Text";
export const parameter = "Parameter";
export const table = "Table";
export const kindOfCell = ({ kind }: { kind: string }) => `${kind} cell`;
export const inTheGraph = ({ role }: { role: string }) =>
  `${role} in the graph`;
