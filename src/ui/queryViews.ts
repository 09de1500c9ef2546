import type { Program, ProgramCell } from "../notebook/compile/program.ts";
import type { Cell } from "../notebook/document.ts";

/** What a SQL cell was shown by. */
interface Viewed {
  /** The version of its text, and of all that its values refer to. */
  version: string | undefined;
  /** The tables that it reads, in small letters; undefined if any table may be one. */
  reads: ReadonlySet<string> | undefined;
}

/** Which SQL cells have to be run again, and when: what each of them reads and takes. */
export class QueryViews {
  readonly #viewed = new Map<string, Viewed>();

  clear(): void {
    this.#viewed.clear();
  }

  /** A cell was run. `reads` are the tables that it reads, if that can be told and it ran well. */
  viewed(
    { versions }: Program,
    { id, name }: ProgramCell,
    reads: readonly string[] | undefined,
  ): void {
    this.#viewed.set(id, {
      version: versions[name],
      reads: reads && new Set(reads.map((table) => table.toLowerCase())),
    });
  }

  /** Whether it is known when the cell has to be run again; if not, it is whenever something may have changed. */
  isKnown({ id }: Pick<Cell, "id">): boolean {
    return this.#viewed.get(id)?.reads !== undefined;
  }

  /** The tables that a cell read when it was run, in small letters; undefined if that is not known. */
  tablesOf(id: string): ReadonlySet<string> | undefined {
    return this.#viewed.get(id)?.reads;
  }

  /** The cells that take values of code, or read cells, which have changed since they were run. */
  outdated(program: Program): string[] {
    return program.cells
      .filter(({ id, name, sql, reads }) => {
        const viewed = this.#viewed.get(id);
        const isOutdated = viewed?.version !== program.versions[name];
        return (sql ?? reads) && viewed && isOutdated;
      })
      .map(({ id }) => id);
  }

  /** The cells that read one of the tables, and those that take values from them. */
  reading(program: Program, tables: readonly string[]): string[] {
    const names = tables.map((table) => table.toLowerCase());
    return this.#withTakers(program, ({ id }) => {
      const viewed = this.#viewed.get(id);
      return (
        viewed !== undefined &&
        (!viewed.reads || names.some((name) => viewed.reads!.has(name)))
      );
    });
  }

  /** The cells that take parameters of the flow, and those that take values from them. */
  withParameters(program: Program): string[] {
    return this.#withTakers(
      program,
      ({ sql }) => (sql?.parameters.length ?? 0) > 0,
    );
  }

  /** The chosen SQL cells, and those that read them or take values from them over whatever other cells; a program has cells after what they take. */
  #withTakers(
    { cells }: Program,
    isChosen: (cell: ProgramCell) => boolean,
  ): string[] {
    const names = new Set<string>();
    const ids: string[] = [];
    for (const cell of cells) {
      const taken = [...cell.inputs, ...(cell.reads ?? [])];
      const isTaker = taken.some((name) => names.has(name));
      if (!isTaker && !(cell.kind === "sql" && isChosen(cell))) continue;
      for (const name of cell.declares) names.add(name);
      if (cell.kind === "sql") ids.push(cell.id);
    }
    return ids;
  }
}
