/**
 * The cells of a notebook as the files of one TypeScript program. Each is a module, so that its own names come before the
 * language's. What it takes from other cells is imported on its first line, before the text, and what it defines is exported
 * after the text:
 *
 *     import { a } from "cell:1"; <the cell's text, as written>
 *     ;export { b };
 *
 * The values that a SQL cell takes are such a file too, with blanks in the place of the query; beside it stands one that declares
 * its rows. So a place in the file is the place in the text plus the length of the imports, and a broken text spoils no import.
 */
import { sqlValues } from "../notebook/compile/sqlTemplate.ts";
import type { NotebookSurroundings, TypedCell } from "./protocol.ts";
import { declareSqlCell, declareSurroundings } from "./rowTypes.ts";
import { topNames, type TopNames } from "./topNames.ts";

/** A file of the program. */
export interface CellFile {
  cell: TypedCell;
  path: string;
  text: string;
  /** How many characters stand before the cell's own text; undefined if that is not in the file. */
  shift: number | undefined;
  /** Changes with the text. */
  version: number;
}

interface ReadNames {
  source: string;
  names: TopNames;
}

/** How a cell names another one in an import. */
const scheme = "cell:";
export const surroundingsPath = "/surroundings.d.ts";
const nothing: TopNames = { declared: new Map(), imported: new Set() };
const word = /[\p{ID_Start}$_][\p{ID_Continue}$]*/gu;

export class CellFiles {
  surroundings = "";
  surroundingsVersion = 0;
  readonly #byPath = new Map<string, CellFile>();
  #cells: readonly TypedCell[] = [];
  #names = new Map<string, ReadNames>();
  /** The first cell that defines each name, by id. */
  #owners = new Map<string, string>();
  /** The cell that sees every name, mentioned or not, because something is being written there. */
  #open: string | undefined;

  /** Takes the notebook as it now is. */
  update(
    cells: readonly TypedCell[],
    surroundings: NotebookSurroundings,
  ): void {
    this.#cells = cells.filter(({ kind }) => kind !== "md");
    const declared = declareSurroundings(surroundings);
    if (declared !== this.surroundings) {
      this.surroundings = declared;
      this.surroundingsVersion += 1;
    }
    this.#readNames();
    const paths = new Set(
      this.#cells.flatMap((cell) => [pathOf(cell), valuesPath(cell.id)]),
    );
    for (const path of this.#byPath.keys())
      if (!paths.has(path)) this.#byPath.delete(path);
    for (const cell of this.#cells)
      if (cell.kind === "sql") {
        const { tables, results } = surroundings;
        const rows = declareSqlCell(cell, tables, results[cell.id]);
        this.#write(cell, rows, undefined);
        const values = sqlValues(cell.source);
        if (values === undefined) this.#byPath.delete(valuesPath(cell.id));
        else this.#writeText(cell, values, nothing, valuesPath(cell.id));
      } else this.#writeCode(cell);
  }

  /** Lets a cell see every name of the others. */
  open(id: string): void {
    if (this.#open === id) return;
    const before = this.#open;
    this.#open = id;
    for (const cell of this.#cells)
      if ((cell.id === id || cell.id === before) && cell.kind !== "sql")
        this.#writeCode(cell);
  }

  get paths(): string[] {
    return [...this.#byPath.keys()];
  }

  at(path: string): CellFile | undefined {
    return this.#byPath.get(path);
  }

  of(cell: string): CellFile | undefined {
    return [...this.#byPath.values()].find((file) => file.cell.id === cell);
  }

  /** The values that a SQL cell takes. */
  valuesOf(cell: string): CellFile | undefined {
    return this.#byPath.get(valuesPath(cell));
  }

  /** The cells of code, in the order of the notebook. */
  code(): CellFile[] {
    return this.#cells.flatMap((cell) => {
      const file = this.#byPath.get(pathOf(cell));
      return file?.shift === undefined ? [] : [file];
    });
  }

  /** The path that an import of a cell means. */
  resolve(specifier: string): string | undefined {
    if (!specifier.startsWith(scheme)) return undefined;
    return this.of(decodeURIComponent(specifier.slice(scheme.length)))?.path;
  }

  /** Whether a name is one that a cell defines. */
  isOwned(name: string): boolean {
    return this.#owners.has(name);
  }

  #readNames(): void {
    const names = new Map<string, ReadNames>();
    this.#owners = new Map();
    for (const cell of this.#cells) {
      const known = this.#names.get(cell.id);
      const read =
        known?.source === cell.source && cell.kind !== "sql"
          ? known
          : { source: cell.source, names: namesOf(cell) };
      names.set(cell.id, read);
      for (const name of read.names.declared.keys())
        if (!this.#owners.has(name)) this.#owners.set(name, cell.id);
    }
    this.#names = names;
  }

  #writeCode(cell: TypedCell): void {
    const own = this.#names.get(cell.id)?.names;
    if (own) this.#writeText(cell, cell.source, own, pathOf(cell));
  }

  #writeText(cell: TypedCell, text: string, own: TopNames, path: string): void {
    const mentioned =
      this.#open === cell.id && cell.kind !== "sql"
        ? this.#owners.keys()
        : new Set(text.match(word));
    const imports = new Map<string, string[]>();
    for (const name of mentioned) {
      const owner = this.#owners.get(name);
      if (owner === undefined || owner === cell.id) continue;
      if (own.declared.has(name) || own.imported.has(name)) continue;
      imports.set(owner, [...(imports.get(owner) ?? []), name]);
    }
    const before = [...imports]
      .map(
        ([owner, names]) =>
          `import { ${names.join(", ")} } from "${scheme}${encodeURIComponent(owner)}"; `,
      )
      .join("");
    const exported = [...own.declared]
      .filter(([, isExported]) => !isExported)
      .map(([name]) => name);
    this.#write(
      cell,
      `${before}${text}\n;export { ${exported.join(", ")} };\n`,
      before.length,
      path,
    );
  }

  #write(
    cell: TypedCell,
    text: string,
    shift: number | undefined,
    path = pathOf(cell),
  ): void {
    const before = this.#byPath.get(path);
    if (before?.text === text) before.cell = cell;
    else {
      const version = (before?.version ?? 0) + 1;
      this.#byPath.set(path, { cell, path, text, shift, version });
    }
  }
}

function namesOf(cell: TypedCell): TopNames {
  return cell.kind === "sql"
    ? { declared: new Map([[cell.name, true]]), imported: new Set() }
    : topNames(cell.source, pathOf(cell));
}

function valuesPath(id: string): string {
  return `/cells/${encodeURIComponent(id)}.values.ts`;
}

/** A cell whose kind changes is another file. */
function pathOf({ id, kind }: TypedCell): string {
  return `/cells/${encodeURIComponent(id)}.${kind === "js" ? "js" : kind === "sql" ? "sql.d.ts" : "ts"}`;
}
