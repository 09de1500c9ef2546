/** Words of the palette. */

export const label = "Find an action, a cell, a table or a page of the docs";
export const results = "Found";
export const noResult = "Nothing is called that. Try a shorter word.";
export const notebook = "Notebook";
export const text = "Text";
export const parameter = "Parameter";
export const table = "Table";
export const cellNote = (kind: string) => `${kind} cell`;
export const nodeNote = (role: string) => `${role} in the graph`;
