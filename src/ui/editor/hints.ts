import type { CellKind } from "../../notebook/document.ts";

const code = "TypeScript: define tasks, a flow, or show something";

/** What an empty cell says. */
export const hints: Readonly<Record<CellKind, string>> = {
  ts: code,
  js: code,
  sql: "SELECT … FROM a table of this notebook",
  md: "Text in Markdown. Esc when done",
};
