/**
 * The cells of a notebook as the files of one TypeScript program. Each is a module, so that its own names come before the
 * language's. What it takes from other cells is imported on its first line, before the text, and what it defines is exported
 * after the text:
 *
 *     import { a } from "cell:1"; <the cell's text, as written>
 *     ;export { b };
 *
 * The values that a SQL cell takes are such a file too, with blanks in the place of the query, and with the parameters of flows
 * declared behind the imports; beside it stands one that declares the cell's rows. So a place in the file is the place in the text
 * plus the length of what stands before it, and a broken text spoils no import.
 */
import { commonGlobals, languageValues } from "../notebook/compile/globals.ts";
import {
  findParameters,
  type FlowParameter,
  type Parameters,
} from "./flowParameters.ts";
import type {
  CellSpan,
  NotebookSurroundings,
  Span,
  TypedCell,
} from "./protocol.ts";
import { declareSqlCell, declareSurroundings } from "./rowTypes.ts";
import { readSqlValues } from "./sqlValues.ts";
import { topNames, type TopNames } from "./topNames.ts";
import { word } from "./word.ts";

/** A file of the program. */
export interface CellFile {
  cell: TypedCell;
  path: string;
  text: string;
  /** How many characters stand before the cell's own text; undefined if that is not in the file. */
  shift: number | undefined;
  /** The parts of the cell's text that are code, if not all of it is. */
  values?: readonly Span[];
  /** Where the names come from that are declared before the text. */
  declaredAt?: ReadonlyMap<string, CellSpan>;
  /** Another one for each text that a path has had. */
  version: number;
}

interface ReadNames {
  source: string;
  names: TopNames;
  parameters: readonly FlowParameter[];
}

/** How a cell names another one in an import. */
const scheme = "cell:";
export const surroundingsPath = "/surroundings.d.ts";
const nothing: TopNames = { declared: new Map(), imported: new Set() };

export class CellFiles {
  surroundings = "";
  surroundingsVersion = 0;
  readonly #byPath = new Map<string, CellFile>();
  #cells: readonly TypedCell[] = [];
  #versions = 0;
  #names = new Map<string, ReadNames>();
  /** The first cells that define a value and a type of each name, by id. */
  #owners = new Map<
    string,
    { value: string | undefined; type: string | undefined }
  >();
  /** The parameters of all flows, by name; those that a cell's name hides are not among them. */
  #parameters: Parameters = new Map();
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
        this.#writeValues(cell);
      } else this.#writeCode(cell);
  }

  /** Lets a cell see every name of the others. */
  open(id: string): void {
    if (this.#open === id) return;
    const before = this.#open;
    this.#open = id;
    for (const cell of this.#cells)
      if (cell.id === id || cell.id === before)
        if (cell.kind === "sql") this.#writeValues(cell);
        else this.#writeCode(cell);
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

  /** The file that a cell's own text is in: of a SQL cell, that of its values. */
  codeOf(cell: string): CellFile | undefined {
    const values = this.#byPath.get(valuesPath(cell));
    if (values) return values;
    const file = this.of(cell);
    return file?.shift === undefined ? undefined : file;
  }

  /** The files of code, in the order of the notebook. */
  code(): CellFile[] {
    return this.#cells.flatMap(({ id }) => this.codeOf(id) ?? []);
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
    const parameters = new Map<string, FlowParameter[]>();
    this.#owners = new Map();
    for (const cell of this.#cells) {
      const known = this.#names.get(cell.id);
      const read =
        known?.source === cell.source && cell.kind !== "sql"
          ? known
          : {
              source: cell.source,
              names: namesOf(cell),
              parameters: findParameters(cell),
            };
      names.set(cell.id, read);
      for (const [name, { isValue, isType }] of read.names.declared) {
        const { value, type } = this.#owners.get(name) ?? {};
        this.#owners.set(name, {
          value: value ?? (isValue ? cell.id : undefined),
          type: type ?? (isType ? cell.id : undefined),
        });
      }
      for (const parameter of read.parameters)
        parameters.set(parameter.name, [
          ...(parameters.get(parameter.name) ?? []),
          parameter,
        ]);
    }
    for (const name of parameters.keys())
      if (this.#owners.has(name) || isNeverParameter(name))
        parameters.delete(name);
    this.#parameters = parameters;
    this.#names = names;
  }

  #writeCode(cell: TypedCell): void {
    const own = this.#names.get(cell.id)?.names;
    if (!own) return;
    const exported = [...own.declared]
      .filter(([, { isExported }]) => !isExported)
      .map(([name]) => name);
    const before = this.#importsOf(cell, cell.source, own);
    const text = `${before}${cell.source}\n;export { ${exported.join(", ")} };\n`;
    this.#write(cell, text, before.length);
  }

  #writeValues(cell: TypedCell): void {
    const path = valuesPath(cell.id);
    const isOpen = this.#open === cell.id;
    const read = readSqlValues(cell.source, this.#parameters, isOpen);
    if (!read) return void this.#byPath.delete(path);
    const { before: declarations, code, values, declaredAt } = read;
    const before =
      this.#importsOf(cell, declarations + code, nothing) + declarations;
    const text = `${before}${code}\n;export {};\n`;
    this.#write(cell, text, before.length, path, { values, declaredAt });
  }

  /** The imports of what a text takes from other cells. */
  #importsOf(cell: TypedCell, text: string, own: TopNames): string {
    const mentioned =
      this.#open === cell.id ? this.#owners.keys() : new Set(text.match(word));
    const imports = new Map<string, string[]>();
    for (const name of mentioned) {
      const owner = this.#ownerFor(name, own);
      if (owner === undefined || owner === cell.id) continue;
      imports.set(owner, [...(imports.get(owner) ?? []), name]);
    }
    return [...imports]
      .map(
        ([owner, names]) =>
          `import { ${names.join(", ")} } from "${scheme}${encodeURIComponent(owner)}"; `,
      )
      .join("");
  }

  /**
   * The cell that a name is to be imported from. A type and a value may have one name in two cells: the one with the value takes
   * the type from the other, and exports both.
   */
  #ownerFor(name: string, own: TopNames): string | undefined {
    const { value, type } = this.#owners.get(name) ?? {};
    const declared = own.declared.get(name);
    if (own.imported.has(name) || declared?.isType) return undefined;
    return declared ? type : (value ?? type);
  }

  #write(
    cell: TypedCell,
    text: string,
    shift: number | undefined,
    path = pathOf(cell),
    parts: Pick<CellFile, "values" | "declaredAt"> = {},
  ): void {
    const before = this.#byPath.get(path);
    // A cell of another notebook can have the path of one that is gone, and TypeScript need not have noticed that it went.
    const version =
      before?.text === text ? before.version : (this.#versions += 1);
    this.#byPath.set(path, { cell, path, text, shift, version, ...parts });
  }
}

/** Whether a name means something else in a SQL cell, even where a flow has a parameter of that name. */
function isNeverParameter(name: string): boolean {
  return languageValues.has(name) || commonGlobals.has(name);
}

function namesOf(cell: TypedCell): TopNames {
  return cell.kind === "sql"
    ? {
        declared: new Map([
          [cell.name, { isValue: true, isType: false, isExported: true }],
        ]),
        imported: new Set(),
      }
    : topNames(cell.source, pathOf(cell));
}

function valuesPath(id: string): string {
  return `/cells/${encodeURIComponent(id)}.values.ts`;
}

/** A cell whose kind changes is another file. */
function pathOf({ id, kind }: TypedCell): string {
  return `/cells/${encodeURIComponent(id)}.${kind === "js" ? "js" : kind === "sql" ? "sql.d.ts" : "ts"}`;
}
