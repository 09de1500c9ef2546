/** What a cell holds. */
export type CellKind = "ts" | "js" | "sql" | "md";

/** A cell of a notebook. */
export interface Cell {
  /** Stays the same while the cell is edited, moved or renamed; not part of the file. */
  id: string;
  kind: CellKind;
  /** The name after the language in the fence: a JavaScript identifier, unique in the notebook. Prose has none: "". */
  name: string;
  /** The text of the cell, without the fence and without the line break at its end. */
  source: string;
  /** Further words of the fence's info string after the name, as written; they are kept. */
  flags: string;
  /** What a text cell was called as code, and its further words, for when it becomes code again; not part of the file. */
  former?: { name: string; flags: string };
}

/** A notebook as a document: what the file holds and nothing of its runs. */
export interface Notebook {
  title: string;
  /** Origins that the notebook wants to contact, such as `https://opensky-network.org`. */
  network: readonly string[];
  /** Files that belong to the notebook, and where to fetch them from (relative to the notebook's own address) if it came from one. */
  attachments: readonly { name: string; url: string }[];
  /** How many task workers at once; undefined for one per core, at least 4. */
  workers: number | undefined;
  /** The front matter as written, between its `---` lines; unknown keys survive here. */
  frontMatter: string;
  cells: readonly Cell[];
}

/** Something wrong in a cell or in the file. Lines and columns count from 1 within the cell (within the file if `cell` is undefined). */
export interface Diagnostic {
  /** The id of the cell that it is shown on. */
  cell: string | undefined;
  severity: "error" | "warning";
  code: import("../core/errors.ts").ErrorCode;
  /** What happened and what to do. */
  message: string;
  line: number;
  column: number;
  /** Offsets into the cell's source. */
  from: number;
  to: number;
  /** What stands from `from` to `to` if what the message asks about was meant. */
  instead?: string | undefined;
}
