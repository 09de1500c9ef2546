import type { Cell, Notebook } from "../document.ts";
import { readFrontMatter, writeTitle } from "../frontMatter.ts";
import { foldFlag } from "../foldFlag.ts";
import { findTitle } from "../title.ts";

/** A notebook that was made from a file of another kind. */
export interface Converted {
  notebook: Notebook;
  /** What could not be taken as it was, for people. Empty if everything is there. */
  messages: readonly string[];
}

/** The notebook that front matter and cells make. */
export function toNotebook(
  frontMatter: string,
  cells: readonly Cell[],
): Notebook {
  const { title, network, attachments, workers } = readFrontMatter(frontMatter);
  return {
    title: findTitle(title, cells),
    network,
    attachments,
    workers,
    frontMatter,
    cells,
  };
}

/** Front matter for a notebook that comes from a file without any; `title` is given unless a heading says it. */
export function makeFrontMatter(
  title: string | undefined,
  cells: readonly Cell[],
): string {
  const isSaid = findTitle(undefined, cells) !== findTitle(undefined, []);
  return writeTitle("flowbook: 1", isSaid ? "" : (title ?? ""));
}

/** Makes cells with ids of their own, and names for those that have none, unique among all that were made. */
export class CellMaker {
  readonly cells: Cell[] = [];
  /** The names that were made up. */
  readonly madeUp: string[] = [];
  readonly #taken: Set<string>;
  /** The first number that may be free behind a stem: no name becomes free again. */
  readonly #next = new Map<string, number>();

  /** `taken` are names that the file gives to its cells. */
  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  prose(source: string, isFolded = false): void {
    const flags = isFolded ? foldFlag : "";
    this.#add({ kind: "md", name: "", source, flags });
  }

  /** A code cell under the name that the file gives it. */
  code(
    kind: "ts" | "js" | "sql",
    name: string,
    source: string,
    flags = "",
  ): void {
    this.#taken.add(name);
    this.#add({ kind, name, source, flags });
  }

  /** A code cell that the file gives no name. */
  nameless(kind: "ts" | "js" | "sql", source: string): void {
    const stem = kind === "sql" ? "query" : "cell";
    let number = this.#next.get(stem) ?? 1;
    while (this.#taken.has(stem + number)) number += 1;
    this.#next.set(stem, number);
    this.madeUp.push(stem + number);
    this.code(kind, stem + number, source);
  }

  #add(cell: Omit<Cell, "id">): void {
    this.cells.push({ id: `cell-${this.cells.length + 1}`, ...cell });
  }
}
