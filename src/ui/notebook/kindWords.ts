import type { CellKind } from "../../notebook/document.ts";
import * as words from "../words/notebook.ts";

/** What each kind of cell is called. */
export const kindWords: Readonly<
  Record<CellKind, { short: string; long: string }>
> = {
  ts: { short: "TS", long: "TypeScript" },
  js: { short: "JS", long: "JavaScript" },
  sql: { short: "SQL", long: "SQL" },
  md: { short: words.text, long: words.text },
};
