import type { CellKind, Diagnostic, Notebook } from "./document.ts";

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/** Words that a variable cannot be called by in a module, and the few that would hide something every cell counts on. */
const reserved = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
    "finally for function if implements import in instanceof interface let new null package private protected public return " +
    "static super switch this throw true try typeof undefined var void while with yield"
  ).split(" "),
);

/** Whether a word can stand as a cell's name in a fence. Reserved words can; {@link nameProblem} complains about them. */
export function isIdentifier(name: string): boolean {
  return identifier.test(name);
}

/** Whether a word is one of JavaScript's, by which nothing can be called but a field. */
export function isReserved(name: string): boolean {
  return reserved.has(name);
}

/** Why a cell cannot have this name, for people, or undefined if it can. `taken` are the names of the other cells. */
export function nameProblem(
  name: string,
  taken: Iterable<string>,
): string | undefined {
  if (!isIdentifier(name))
    return name === ""
      ? "A cell needs a name. Give it one of letters, digits, _ or $ that does not start with a digit."
      : `"${name}" cannot be the name of a cell. Use letters, digits, _ or $, and do not start with a digit, as in "${suggestName(name)}".`;
  if (isReserved(name))
    return `"${name}" is a word of JavaScript and cannot be the name of a cell. Choose another, such as "${name}Cell".`;
  for (const other of taken)
    if (other === name)
      return `Another cell is called "${name}" already. Names are unique in a notebook: rename one of the two.`;
  return undefined;
}

/** What is wrong with the names of a notebook's cells, each on the later of two cells that share one. */
export function checkNames(notebook: Pick<Notebook, "cells">): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const taken = new Set<string>();
  for (const cell of notebook.cells) {
    if (cell.kind === "md") continue;
    const isDuplicate = taken.has(cell.name);
    const message = nameProblem(cell.name, isDuplicate ? [cell.name] : []);
    if (message !== undefined)
      diagnostics.push({
        cell: cell.id,
        severity: "error",
        code: isDuplicate ? "duplicate-name" : "notebook-syntax",
        message,
        line: 1,
        column: 1,
        from: 0,
        to: 0,
      });
    taken.add(cell.name);
  }
  return diagnostics;
}

/** A name for a new cell that no cell of the notebook has; like the name of another cell if one is given. */
export function freshName(
  notebook: Pick<Notebook, "cells">,
  kind: Exclude<CellKind, "md">,
  like?: string,
): string {
  const taken = new Set(notebook.cells.map((cell) => cell.name));
  const stem =
    like?.replace(/(?<!\d)\d+$/, "") || (kind === "sql" ? "query" : "cell");
  let number = like === undefined ? 1 : 2;
  while (taken.has(stem + number)) number += 1;
  return stem + number;
}

/** The identifier closest to a word: "my-cell" becomes "myCell". */
export function suggestName(word: string): string {
  const joined = word
    .replace(/[^\p{ID_Continue}$]+(.?)/gu, (_, next: string) =>
      next.toUpperCase(),
    )
    .replace(/[^\p{ID_Continue}$]/gu, "");
  const name = identifier.test(joined) ? joined : `_${joined}`;
  return identifier.test(name) && name !== "_" ? name : "myCell";
}
