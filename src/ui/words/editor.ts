/** Words of the editor of a cell. */
import { plural } from "./language.ts";

export const overloadCount = ({ shown, all }: { shown: number; all: number }) =>
  `${shown} of ${all} forms`;
export const invalidName = (name: string) =>
  `“${name}” cannot be a name. Use letters, digits, _ or $, and do not start with a digit.`;
export const reservedName = (name: string) =>
  `“${name}” is a word of JavaScript and cannot be a name. Choose another.`;
export const nameTaken = (name: string) =>
  `“${name}” is defined in this notebook already. Choose another name, or rename that one first.`;
export const nameHidden = ({
  name,
  cell,
  line,
}: {
  name: string;
  cell: string;
  line: number;
}) =>
  `“${name}” stands for something else in cell ${cell}, line ${line}, and the two would be taken for each other. Choose another name.`;
export const renamed = ({
  before,
  after,
  cells,
}: {
  before: string;
  after: string;
  cells: number;
}) =>
  `“${before}” is “${after}” now, in ${cells} ${plural(cells, { one: "cell", other: "cells" })}.`;
export const nothingToRename =
  "There is no name of this notebook at the cursor that could be changed.";
export const newName = (name: string) => `New name of ${name}`;
export const renameHint = ({
  places,
  cells,
}: {
  places: number;
  cells: number;
}) =>
  `${places} ${plural(places, { one: "place", other: "places" })} in ${cells} ${plural(cells, { one: "cell", other: "cells" })}. Enter renames, Esc leaves it.`;
export const noDefinition =
  "No cell defines what stands here. It may be part of the language; rest the pointer on it to see what it is.";
export const replaceWith = (name: string) => `Replace with ${name}`;
export const noSuggestion =
  "No message of this line says what was meant. Put the cursor where one asks “Did you mean …?”.";
export const formatFailed = ({
  cell,
  reason,
}: {
  cell: string;
  reason: string;
}) => `${cell} could not be formatted, and was left as it is. ${reason}`;
