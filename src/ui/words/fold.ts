/** Words of a cell, or a section, that is folded away. */
import { countOf } from "./language.ts";

export const cellsHidden = (cells: number) =>
  `${countOf(cells, { one: "cell", other: "cells" })} hidden`;
export const textHidden = "Text hidden";
export const nothingHidden = "Nothing hidden";
/** Said aloud. */
export const unfolded = (title: string) => `${title} is unfolded.`;
export const folded = (title: string) => `${title} is folded.`;
export const foldedCells = ({
  title,
  cells,
}: {
  title: string;
  cells: number;
}) => `${title} is folded, ${cellsHidden(cells)}.`;
