import { FlowError } from "../../core/errors.ts";

/** Throws if a text is nothing that Flowbook would have written. */
export function checkNotebook(text: string, what: string): void {
  const hasFrontMatter = /^\ufeff?---\r?\n[^]*?^flowbook:/m.test(text);
  const hasCell = /^`{3,}(ts|js|sql)[ \t]+[A-Za-z_$]/m.test(text);
  if (hasFrontMatter || hasCell) return;
  const found = /^\s*(<!doctype html|<html)/i.test(text)
    ? "a web page"
    : text.trim() === ""
      ? "empty"
      : "text without a cell";
  throw new FlowError(
    "notebook-syntax",
    `${what} is no notebook: it is ${found}. A notebook is a Markdown file with \`flowbook: 1\` at its head and cells such as \`\`\`ts name.`,
  );
}
