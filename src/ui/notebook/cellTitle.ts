import type { Cell } from "../../notebook/document.ts";
import * as words from "../words/notebook.ts";

/** The marks of Markdown around a stretch of text, and the text. */
const emphasis = /(\*\*|__|[*_`])(?=\S)(.+?)(?<=\S)\1(?![\p{L}\p{N}])/gu;

/** What a cell is called in a list: its name, or how its text begins. */
export function cellTitle({ name, source }: Cell): string {
  if (name !== "") return name;
  const line = source.split("\n").find((text) => text.trim() !== "") ?? "";
  return (
    line
      .replace(/^\s*#*\s*/, "")
      .replace(emphasis, "$2")
      .slice(0, 60)
      .trim() || words.emptyText
  );
}
