import type { Cell } from "../../notebook/document.ts";
import * as words from "../words/notebook.ts";

/** The marks of Markdown around a stretch of text, and the text. Within a word they are part of it. */
const emphasis =
  /(?<![\p{L}\p{N}])(\*\*|__|[*_`])(?=\S)(.+?)(?<=\S)\1(?![\p{L}\p{N}])/gu;
/** So much of a line is enough for a title with its marks: to look for them takes the square of the length. */
const looked = 300;

/** What a cell is called in a list: its name, or how its text begins. */
export function cellTitle({ name, source }: Cell): string {
  if (name !== "") return name;
  const line = source.split("\n").find((text) => text.trim() !== "") ?? "";
  return (
    line
      .trimStart()
      .slice(0, looked)
      .replace(/^#*\s*/, "")
      .replace(emphasis, "$2")
      .slice(0, 60)
      .trim() || words.emptyText
  );
}
