import type { Cell } from "../../notebook/document.ts";
import * as words from "../words/notebook.ts";

/** What a cell is called in a list: its name, or how its text begins. */
export function cellTitle({ name, source }: Cell): string {
  if (name !== "") return name;
  const line = source.split("\n").find((text) => text.trim() !== "") ?? "";
  return (
    line
      .replace(/^\s*#*\s*/, "")
      .slice(0, 60)
      .trim() || words.emptyText
  );
}
