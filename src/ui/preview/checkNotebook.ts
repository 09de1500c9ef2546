import { FlowError } from "../../core/errors.ts";
import * as words from "../words/foreign.ts";

/** Throws if a text is nothing that Flowbook would have written. It was pasted, unless a host sent it. */
export function checkNotebook(text: string, host?: string): void {
  const [, front = ""] = /^\ufeff?---\r?\n([^]*)/m.exec(text) ?? [];
  const hasFrontMatter = /^flowbook:/m.test(front);
  const hasCell = /^`{3,}(ts|js|sql)[ \t]+[A-Za-z_$]/m.test(text);
  if (hasFrontMatter || hasCell) return;
  const message = /^\s*(<!doctype html|<html)/i.test(text)
    ? words.webPage
    : text.trim() === ""
      ? words.emptyText
      : words.textWithoutCell;
  throw new FlowError("notebook-syntax", message(host));
}
