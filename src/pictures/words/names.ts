/** What the nodes of a graph are called that the engine makes, and where values come from. */

export const ifTrue = (value: string) => `if ${value}`;
export const ifFalse = (value: string) => `if not ${value}`;
export const ifIs = ({ value, name }: { value: string; name: string }) =>
  `if ${value} is ${name}`;
export const otherwise = "otherwise";
/** An argument that has no name, by its place from 1 on. */
export const argumentAt = (place: number) => `argument ${place}`;
export const nothing = "nothing";
/** `path` leads into the value, as `.rows[0]`; it may be empty. */
export const eachOf = ({ value, path }: { value: string; path: string }) =>
  `each of ${value}${path}`;
export const flattened = ({ value, path }: { value: string; path: string }) =>
  `${value}, flattened${path}`;
