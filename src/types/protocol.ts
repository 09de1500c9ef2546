/** What the page and the type checker's worker tell each other about the cells of a notebook. Plain data throughout. */
import type { CellKind } from "../notebook/document.ts";
import type { Replacement } from "../notebook/findChange.ts";

/** A cell as the type checker needs it. */
export interface TypedCell {
  id: string;
  kind: CellKind;
  name: string;
  source: string;
}

/** A piece of a cell's text; offsets into its source. */
export interface Span {
  from: number;
  to: number;
}

/** A name that may stand at the cursor. */
export interface Suggestion {
  name: string;
  /** What it is, in the words of TypeScript: `function`, `property`, `interface`, ... */
  kind: string;
  /** Where it comes from: the cells of the notebook, the language of Flowbook, a keyword, or what every worker has. */
  origin: "near" | "cell" | "language" | "keyword" | "platform";
  /** Better left alone. */
  isDeprecated: boolean;
}

/** All that may stand at the cursor, in the place of what is there. */
export interface Suggestions extends Span {
  suggestions: readonly Suggestion[];
}

/** What something is: its type as TypeScript writes it, and what its comment says. */
export interface Description {
  signature: string;
  doc: string;
}

/** One form of a call, around the cursor. */
export interface CallForm {
  before: string;
  parameters: readonly { text: string; doc: string }[];
  after: string;
  doc: string;
}

/** The call that the cursor is in. */
export interface CallHelp {
  /** Where its arguments begin. */
  from: number;
  forms: readonly CallForm[];
  form: number;
  /** The parameter that the cursor is at. */
  parameter: number;
}

/** Something that the type checker complains of. */
export interface TypeProblem extends Span {
  cell: string;
  /** `cell-cycle` is of types that go in a circle, within a cell or through several. */
  code: "type-mismatch" | "cell-cycle" | "cannot-copy" | "flow-body";
  /** A warning is of what may still be meant: a result that cannot be copied, a task in no flow body. */
  severity: "error" | "warning";
  message: string;
  /** What stands there if what the message asks about was meant. */
  instead?: string | undefined;
  /** Not to be told while somebody writes there: who is still writing a task has not come to calling it. */
  isForLater: boolean;
  /** The task that it is about. */
  task?: string | undefined;
}

/** A place in a cell. For a SQL cell's name, which is not in its text, the span is empty. */
export interface CellSpan extends Span {
  cell: string;
}

/** A place where a name stands; `before` and `after` are what its new form needs around it. */
export interface RenamedSpan extends CellSpan {
  before: string;
  after: string;
}

/** A name that can be changed everywhere at once. */
export interface Renaming {
  /** What stands there now. */
  name: string;
  /** Whether it is a field, which may have any name. */
  isField: boolean;
  spans: readonly RenamedSpan[];
  /** Names that it cannot get, since they stand for something else where it stands, or would then; each with where. */
  taken: Readonly<Record<string, CellSpan>>;
  /** The SQL cell whose name it is. */
  sqlCell: string | undefined;
}

/** The type checker of a notebook. Cells are meant by id, places by offsets into their source. */
export interface TypeChecker {
  /** Takes the notebook as it now is: its cells, and the types of what is not in their text. */
  update(cells: readonly TypedCell[], surroundings: NotebookSurroundings): void;
  complete(cell: string, offset: number): Suggestions | undefined;
  describeSuggestion(
    cell: string,
    offset: number,
    name: string,
  ): Description | undefined;
  hover(cell: string, offset: number): (Description & Span) | undefined;
  callHelp(cell: string, offset: number): CallHelp | undefined;
  /** What is wrong with the types of all cells. */
  problems(): readonly TypeProblem[];
  /** Where what stands at a place is defined; undefined if no cell defines it. */
  definition(cell: string, offset: number): CellSpan | undefined;
  /** Everywhere that the name at a place stands; undefined if it is not the notebook's own. */
  renaming(cell: string, offset: number): Renaming | undefined;
  /** What makes the text of a cell tidy. */
  format(cell: string): readonly Replacement[];
}

/** What a notebook has beside its text. */
export interface NotebookSurroundings {
  tables: readonly {
    name: string;
    /** Undefined of a view. */
    rows: number | undefined;
    columns: readonly {
      name: string;
      type: string;
      notNull: boolean;
      key: boolean;
    }[];
  }[];
  /** The names of its attachments. */
  attachments: readonly string[];
  /** What each SQL cell gave when it was run last, by the cell's id. */
  results: Readonly<
    Record<
      string,
      {
        columns: readonly string[];
        rows: readonly Readonly<Record<string, unknown>>[];
      }
    >
  >;
}
