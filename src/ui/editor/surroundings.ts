import type {
  CallHelp,
  CellSpan,
  Description,
  Renaming,
  Span,
  Suggestions,
} from "../../types/protocol.ts";

/** What the type checker says of one cell's text as it stands. Offsets are into that text. */
export interface CellTypeChecker {
  complete(offset: number): Promise<Suggestions | undefined>;
  describeSuggestion(
    offset: number,
    name: string,
  ): Promise<Description | undefined>;
  hover(offset: number): Promise<(Description & Span) | undefined>;
  callHelp(offset: number): Promise<CallHelp | undefined>;
  definition(offset: number): Promise<CellSpan | undefined>;
  renaming(offset: number): Promise<Renaming | undefined>;
}

/** A table as completion knows it. */
export interface KnownTable {
  name: string;
  /** The statement that made it, of a view; of a SQL cell one that would, if its columns are not known. */
  view?: string | undefined;
  /** The id of the SQL cell that stands for it, if one does. */
  cell?: string | undefined;
  columns: readonly { name: string; type: string }[];
}

/** What an editor knows beyond its own text; asked for when it is needed. */
export interface Surroundings {
  /** Tables that are there, those that the notebook loads, and other SQL cells. */
  tables(): readonly KnownTable[];
  /** The type checker, started if it is not running; undefined if it cannot be had. */
  checker(): Promise<CellTypeChecker | undefined>;
  /** Puts the cursor at a place of any cell. */
  goTo(span: CellSpan): void;
  /** Gives a name its new form everywhere, as one step; gives what is wrong with the new form, if so. */
  rename(renaming: Renaming, to: string): string | undefined;
  /** Says something to the reader. */
  tell(message: string): void;
}
