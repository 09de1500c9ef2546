/** Changes of a notebook: each takes one and gives a new one, sharing every cell that stays as it was. */
import { FlowError } from "../core/errors.ts";
import { skipTrivia } from "./compile/trivia.ts";
import { isUnchanged, matchCells } from "./compare/matchCells.ts";
import type { Cell, CellKind, Notebook } from "./document.ts";
import type { Replacement } from "./findChange.ts";
import {
  readFrontMatter,
  readOrigin,
  writeNetwork,
  writeTitle,
} from "./frontMatter.ts";
import { freshName, nameProblem } from "./names.ts";
import { findTitle, renameHeading } from "./title.ts";

/** A notebook with a title and nothing else. */
export function newNotebook(title: string): Notebook {
  return setTitle(
    {
      title: "",
      network: [],
      attachments: [],
      workers: undefined,
      frontMatter: "",
      cells: [],
    },
    title,
  );
}

/** Puts an empty cell after the one given, or first if none is. Code cells get a name of their own. */
export function insertCell(
  notebook: Notebook,
  kind: CellKind,
  after: string | undefined,
  id: string,
): Notebook {
  const index = after === undefined ? 0 : findCell(notebook, after) + 1;
  const name = kind === "md" ? "" : freshName(notebook, kind);
  return withCells(
    notebook,
    notebook.cells.toSpliced(index, 0, {
      id,
      kind,
      name,
      source: "",
      flags: "",
    }),
  );
}

/** Puts cells of another text after the one given, or first if none is. A name that is taken gives way to a new one. */
export function insertCells(
  notebook: Notebook,
  cells: readonly Cell[],
  after: string | undefined,
): Notebook {
  const index = after === undefined ? 0 : findCell(notebook, after) + 1;
  let changed = notebook;
  for (const [offset, cell] of cells.entries()) {
    const isTaken = changed.cells.some(({ name }) => name === cell.name);
    const name =
      cell.kind !== "md" && isTaken
        ? freshName(changed, cell.kind, cell.name)
        : cell.name;
    changed = withCells(
      changed,
      changed.cells.toSpliced(index + offset, 0, { ...cell, name }),
    );
  }
  return changed;
}

/** Parts a cell in two where the cursor is; the second part is a cell of its own. Line breaks at the cut go. */
export function splitCell(
  notebook: Notebook,
  id: string,
  offset: number,
  newId: string,
): Notebook {
  const index = findCell(notebook, id);
  const cell = notebook.cells[index] as Cell;
  const first = {
    ...cell,
    source: cell.source.slice(0, offset).trimEnd(),
  };
  const second = {
    ...cell,
    id: newId,
    name: cell.kind === "md" ? "" : freshName(notebook, cell.kind, cell.name),
    source: cell.source.slice(offset).replace(/^(?:[^\S\n]*\n)+/, ""),
    flags: "",
  };
  return withCells(notebook, notebook.cells.toSpliced(index, 1, first, second));
}

/** Joins a cell with the one below it. Throws when there is none, or when their kinds cannot be one. */
export function mergeWithNext(notebook: Notebook, id: string): Notebook {
  const index = findCell(notebook, id);
  const cell = notebook.cells[index] as Cell;
  const next = notebook.cells[index + 1];
  if (!next)
    throw new FlowError(
      "invalid-argument",
      "There is no cell below this one to join it with.",
    );
  const isCode = (kind: CellKind): boolean => kind === "ts" || kind === "js";
  if (cell.kind !== next.kind && !(isCode(cell.kind) && isCode(next.kind)))
    throw new FlowError(
      "invalid-argument",
      "Cells of different kinds cannot be joined. Make both the same kind first.",
    );
  const gap = cell.kind === "md" ? "\n\n" : "\n";
  const added = isCode(cell.kind)
    ? apart(cell.source, next.source)
    : next.source;
  return withCells(
    notebook,
    notebook.cells.toSpliced(index, 2, {
      ...cell,
      kind: cell.kind === next.kind ? cell.kind : "ts",
      source: [cell.source, added].filter(Boolean).join(gap),
    }),
  );
}

/** Code that is to stand below other code, with a `;` where it would go on with the last statement of that. */
function apart(before: string, code: string): string {
  const begin = skipTrivia(code, 0);
  const goesOn =
    skipTrivia(before, 0) < before.length &&
    !before.trimEnd().endsWith(";") &&
    /[([`+\-/<]/.test(code.charAt(begin));
  return goesOn ? `${code.slice(0, begin)};${code.slice(begin)}` : code;
}

/** Sets a word of a cell, which code has after its name in its fence, or takes it away. */
export function setFlag(
  notebook: Notebook,
  id: string,
  flag: string,
  isSet: boolean,
): Notebook {
  return changeCell(notebook, id, (cell) => {
    const others = cell.flags
      .split(/\s+/)
      .filter((word) => word && word !== flag);
    const flags = (isSet ? [...others, flag] : others).join(" ");
    return flags === cell.flags ? cell : { ...cell, flags };
  });
}

/** Takes a cell away. */
export function removeCell(notebook: Notebook, id: string): Notebook {
  return withCells(
    notebook,
    notebook.cells.toSpliced(findCell(notebook, id), 1),
  );
}

/** Moves a cell so that it stands at `index`, or as near to it as there are cells. */
export function moveCell(
  notebook: Notebook,
  id: string,
  index: number,
): Notebook {
  const from = findCell(notebook, id);
  const to = Math.min(Math.max(index, 0), notebook.cells.length - 1);
  if (from === to) return notebook;
  const moved = notebook.cells.slice(from, from + 1);
  return withCells(
    notebook,
    notebook.cells.toSpliced(from, 1).toSpliced(to, 0, ...moved),
  );
}

/** Gives a code cell another name. What other cells say stays as it is. Throws when the name cannot be had. */
export function renameCell(
  notebook: Notebook,
  id: string,
  name: string,
): Notebook {
  const others = notebook.cells.filter((cell) => cell.id !== id);
  const problem = nameProblem(
    name,
    others.map((cell) => cell.name),
  );
  if (problem !== undefined) throw new FlowError("invalid-argument", problem);
  return changeCell(notebook, id, (cell) => {
    if (cell.kind === "md")
      throw new FlowError(
        "invalid-argument",
        "Prose has no name. Make the cell TypeScript, JavaScript or SQL first.",
      );
    return cell.name === name ? cell : { ...cell, name };
  });
}

/** Replaces the text of a cell. */
export function setSource(
  notebook: Notebook,
  id: string,
  source: string,
): Notebook {
  return changeCell(notebook, id, (cell) =>
    cell.source === source ? cell : { ...cell, source },
  );
}

/** A piece of a cell's source and what stands in its place. */
export interface CellChange extends Replacement {
  cell: string;
}

/** Changes the text of any number of cells; all places are in the text before. */
export function changeTexts(
  notebook: Notebook,
  changes: readonly CellChange[],
): Notebook {
  return [...new Set(changes.map(({ cell }) => cell))].reduce(
    (changed, id) =>
      changeCell(changed, id, (cell) => ({
        ...cell,
        source: replaceAll(
          cell.source,
          changes.filter((change) => change.cell === id),
        ),
      })),
    notebook,
  );
}

/** Makes a cell another kind, with the same text. Prose that becomes code gets a name; code that becomes prose loses its own. */
export function setKind(
  notebook: Notebook,
  id: string,
  kind: CellKind,
): Notebook {
  return changeCell(notebook, id, (cell) => {
    if (cell.kind === kind) return cell;
    const { former, ...rest } = cell;
    const { name, flags } = cell;
    if (kind === "md")
      return { ...rest, kind, name: "", flags: "", former: { name, flags } };
    if (name !== "") return { ...rest, kind };
    const isFree =
      former && !notebook.cells.some((other) => other.name === former.name);
    const named = isFree ? former.name : freshName(notebook, kind);
    return { ...rest, flags: former?.flags ?? cell.flags, kind, name: named };
  });
}

/**
 * Sets the title in the front matter, and the first heading with it if that says the same; an empty one leaves it to the first
 * heading.
 */
export function setTitle(notebook: Notebook, title: string): Notebook {
  const frontMatter = writeTitle(notebook.frontMatter, title);
  const given = readFrontMatter(frontMatter).title;
  const cells =
    given === undefined || given.trim() === ""
      ? notebook.cells
      : renameHeading(notebook.cells, notebook.title, given);
  return { ...notebook, frontMatter, cells, title: findTitle(given, cells) };
}

/** Sets the hosts that the notebook wants to contact. Throws when one is not an origin, or when the front matter is damaged. */
export function setNetwork(
  notebook: Notebook,
  network: readonly string[],
): Notebook {
  const origins = network.map((entry) => {
    const origin = readOrigin(entry);
    if (origin === undefined)
      throw new FlowError(
        "invalid-argument",
        `${JSON.stringify(entry)} is not the address of a host. Write https:// and the host's name, without a path, as in https://example.org.`,
      );
    return origin;
  });
  const frontMatter = writeNetwork(notebook.frontMatter, origins);
  if (frontMatter === undefined)
    throw new FlowError(
      "notebook-syntax",
      "The hosts could not be written, because the front matter of the notebook is not valid YAML, or too long. Correct it in the file first.",
    );
  return {
    ...notebook,
    frontMatter,
    network: readFrontMatter(frontMatter).network,
  };
}

/** Takes another text of the same notebook. Cells that are found again keep their ids; those that did not change are the same. */
export function replaceText(notebook: Notebook, text: Notebook): Notebook {
  const found = matchCells(notebook.cells, text.cells);
  return {
    ...text,
    cells: text.cells.map((cell) => {
      const before = found.get(cell);
      if (!before) return cell;
      return isUnchanged(before, cell) ? before : { ...cell, id: before.id };
    }),
  };
}

/** The text with each piece replaced, the last one first, so that places stay true. What begins at one place keeps its order. */
function replaceAll(
  text: string,
  replacements: readonly Replacement[],
): string {
  return replacements
    .toSorted((a, b) => a.from - b.from)
    .reduceRight(
      (before, { from, to, insert }) =>
        before.slice(0, from) + insert + before.slice(to),
      text,
    );
}

function changeCell(
  notebook: Notebook,
  id: string,
  change: (cell: Cell) => Cell,
): Notebook {
  const index = findCell(notebook, id);
  const cell = notebook.cells[index] as Cell;
  const changed = change(cell);
  return changed === cell
    ? notebook
    : withCells(notebook, notebook.cells.with(index, changed));
}

/** The notebook with other cells, and the title that then is its own. */
function withCells(notebook: Notebook, cells: readonly Cell[]): Notebook {
  const given = readFrontMatter(notebook.frontMatter).title;
  return { ...notebook, cells, title: findTitle(given, cells) };
}

function findCell(notebook: Notebook, id: string): number {
  const index = notebook.cells.findIndex((cell) => cell.id === id);
  if (index < 0)
    throw new FlowError(
      "unknown-cell",
      `The notebook has no cell with the id "${id}". It may have been deleted meanwhile.`,
    );
  return index;
}
