/** Words of the editor of a cell. */
import { plural } from "./language.ts";

export const ofForms = ({ form, forms }: { form: number; forms: number }) =>
  `${form} of ${forms} forms`;
export const cannotBeANameUse = ({ to }: { to: string }) =>
  `“${to}” cannot be a name. Use letters, digits, _ or $, and do not start with a digit.`;
export const isNowInCells = ({
  name,
  to,
  cells,
}: {
  name: string;
  to: string;
  cells: number;
}) =>
  `“${name}” is “${to}” now, in ${cells} ${plural(cells, { one: "cell", other: "cells" })}.`;
export const undo = "Undo";
export const thereIsNoNameOf =
  "There is no name of this notebook at the cursor that could be changed.";
export const newNameOf = ({ name }: { name: string }) => `New name of ${name}`;
export const placesInCellsEnterRenames = ({
  places,
  cells,
}: {
  places: number;
  cells: number;
}) =>
  `${places} ${plural(places, { one: "place", other: "places" })} in ${cells} ${plural(cells, { one: "cell", other: "cells" })}. Enter renames, Esc leaves it.`;
export const noCellDefinesWhatStands =
  "No cell defines what stands here. It may be part of the language; rest the pointer on it to see what it is.";
