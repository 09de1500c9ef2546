import type { Diagnostic } from "../document.ts";
import type { PackageCode, PackageProblem } from "../packages/package.ts";

/** A cell that is ready to be evaluated in a task worker. */
export interface ProgramCell {
  /** The cell's id in the document. */
  id: string;
  /** The cell's name, as errors and stacks show it. */
  name: string;
  kind: "ts" | "js" | "sql";
  /**
   * For ts and js: a classic script that registers the cell's function. It keeps every line of the source where it was;
   * on the first line columns are shifted right by `shift`, elsewhere not at all but for `inserts`.
   * For sql: the text of the query; of one that takes values, a script that shows each of them.
   */
  code: string;
  /** Of a SQL cell that takes values, `${...}`. */
  sql?: {
    /** The text around the values, one more than there are values. */
    texts: readonly string[];
    /** Names that no cell defines: parameters of a flow. */
    parameters: readonly string[];
  };
  /** How many characters stand before the source on the script's first line. */
  shift: number;
  /** Text put into the source, in order: positions at or after `column` on `line` moved right by `length`. Counted from 1, in source coordinates. */
  inserts: readonly { line: number; column: number; length: number }[];
  /** Names that the cell defines for the others. */
  declares: readonly string[];
  /** Names that it takes from other cells; of a SQL cell also those of the SQL cells that it reads. */
  inputs: readonly string[];
  /**
   * Of a SQL cell: the other SQL cells whose rows its query reads, by name, also those that they read themselves: each after what
   * it reads. Missing for none.
   */
  reads?: readonly string[];
  /** Free names that are part of the language (`task`, `Plot`, `db`, ...): they say what the worker has to provide. */
  language: readonly string[];
  /** True when the cell has something to show of its own: an expression as its last statement, a call of display, top-level await, or statements made for their effect. */
  isView: boolean;
  /** The packages that it imports from, as `npm:name@1.2.3`; missing for none. */
  packages?: readonly string[];
  /** Names that it uses and nothing gives, since only other surroundings of JavaScript have them, with what to do about each; missing for none. */
  foreign?: Readonly<Record<string, string>>;
  /** Changes when and only when `code` does. */
  hash: string;
}

/** All cells of a notebook, linked: what the sandbox is given. Plain data. */
export interface Program {
  /** In an order in which each cell comes after those it takes names from. Cells with errors, and cells that need them, are left out. */
  cells: readonly ProgramCell[];
  /**
   * For each top-level name, the version of what it stands for: a hash of its own tokens and, transitively, of everything it
   * refers to in any cell. Comments, spaces and types do not count.
   */
  versions: Readonly<Record<string, string>>;
  /** The notebook of this browser that it is of, whose data alone it may reach. Put in by whoever has it. */
  notebook?: string | undefined;
  /** Changes when any cell's code does, or the code of a package that one imports. */
  hash: string;
  /** The code of the packages that cells import from, by specifier, or why it is not there. Put in by whoever has it. */
  packages?: Readonly<Record<string, PackageCode | PackageProblem>>;
  /** Top-level names whose closure (as for `versions`) mentions `context`: what they do depends on the attempt, not only on code and inputs. */
  usesContext: readonly string[];
  /** Calls of `flow("name", ...)` with a literal name, in every cell that can be read, also in cells left out; `cell` is an id. */
  flows: readonly {
    name: string;
    cell: string;
    line: number;
    column: number;
    /** What is wrong in its body, if anything: it is not drawn then, while its cell is evaluated all the same. */
    problem?: Pick<Diagnostic, "code" | "message" | "line" | "column">;
  }[];
  /** Where each top-level name that is bound to a call of `task` or `resource` is defined, so that a node can lead to its cell; `cell` is an id. */
  tasks: Readonly<
    Record<string, { cell: string; line: number; column: number }>
  >;
  /** Everything that is wrong, on the cells concerned. */
  diagnostics: readonly Diagnostic[];
  /** Cells that were left out, by id, with the reason for people. */
  broken: Readonly<Record<string, string>>;
}
