import { FlowError } from "../../core/errors.ts";
import * as words from "../words/foreign.ts";

/** Throws if a text is nothing that Flowbook would have written. */
export function checkNotebook(text: string, what: string): void {
  const hasFrontMatter = /^\ufeff?---\r?\n[^]*?^flowbook:/m.test(text);
  const hasCell = /^`{3,}(ts|js|sql)[ \t]+[A-Za-z_$]/m.test(text);
  if (hasFrontMatter || hasCell) return;
  const found = /^\s*(<!doctype html|<html)/i.test(text)
    ? words.aWebPage
    : text.trim() === ""
      ? "empty"
      : words.textWithoutACell;
  throw new FlowError(
    "notebook-syntax",
    words.isNoNotebookItIs({ what, found }),
  );
}
