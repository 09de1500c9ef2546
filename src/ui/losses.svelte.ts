import type { DatabaseService, OpenReport } from "../engine/services.ts";
import type { Library, LibraryEntry } from "../storage/library.ts";
import type { Mirror } from "../storage/mirror.ts";
import { deletedMark } from "./deletedMark.ts";

/** A notebook that was kept in this browser and is not there any more, or not all of it. */
export interface LostNotebook {
  id: string;
  title: string;
  /** When the copy was made from which it can be restored, in milliseconds since 1970 UTC; undefined if there is none. */
  copiedAt: number | undefined;
}

/** What losses are seen by, and made good. */
export interface LossParts {
  library: Pick<Library, "write" | "readSetting">;
  database: Pick<DatabaseService, "copies" | "restoreCopy">;
  mirror: Pick<Mirror, "notebooks" | "note" | "forget">;
}

const isExample = (id: string): boolean => id.startsWith("example-");

/** What the browser lost of what was kept in it, and the way back. */
export class Losses {
  /** Notebooks that are not in the library any more. */
  notebooks = $state.raw<readonly LostNotebook[]>([]);
  /** The open notebook, if its text is there and its data are not, or are damaged. */
  open = $state.raw<LostNotebook>();
  readonly #parts: LossParts;

  constructor(parts: LossParts) {
    this.#parts = parts;
  }

  /** Looks which notebooks the library has lost. */
  async look(library: readonly LibraryEntry[]): Promise<void> {
    const known = new Set(library.map(({ id }) => id));
    const { notebooks } = this.#parts.mirror;
    const remembered = Object.keys(notebooks);
    // What is remembered may be some seconds behind; that everything is gone is seen by the copies too.
    if (library.length === 0)
      for (const { notebook } of await this.#parts.database.copies())
        if (!(await this.#parts.library.readSetting(deletedMark(notebook))))
          remembered.push(notebook);
    const lost = [...new Set(remembered)].filter((id) => !known.has(id));
    // An example that was only looked at is no loss.
    this.notebooks = (await this.#describe(lost)).filter(
      ({ id, copiedAt }) => copiedAt !== undefined || !isExample(id),
    );
  }

  /** How far the store of a notebook was, for whoever opens it. */
  known(id: string): { knownGeneration?: number } {
    const known = this.#parts.mirror.notebooks[id];
    return known ? { knownGeneration: known.generation } : {};
  }

  /**
   * Whether the store of a notebook was further than it is: then what it has is not what was saved. To be asked by its owner:
   * another tab may have read less than the owner has written since.
   */
  async check(
    id: string,
    { generation, damage }: Pick<OpenReport, "generation" | "damage">,
  ): Promise<boolean> {
    const { knownGeneration = 0 } = this.known(id);
    const isLost = knownGeneration > generation;
    this.open = isLost || damage ? (await this.#describe([id]))[0] : undefined;
    return isLost;
  }

  /** Puts the copy of a notebook back, and its text into the library if that has none. */
  async restore(id: string): Promise<void> {
    const { restoreCopy } = await import("./restoreCopy.ts");
    const isGone = this.notebooks.some((lost) => lost.id === id);
    await restoreCopy(this.#parts, id, isGone);
  }

  /** Accepts that a notebook is lost. */
  forget(id: string): void {
    this.#parts.mirror.forget(id);
    this.notebooks = this.notebooks.filter((lost) => lost.id !== id);
  }

  async #describe(ids: readonly string[]): Promise<LostNotebook[]> {
    if (ids.length === 0) return [];
    const { database, mirror } = this.#parts;
    const copies = await database.copies();
    const copyOf = (id: string) =>
      copies.find(({ notebook }) => notebook === id);
    return ids.map((id) => ({
      id,
      title: mirror.notebooks[id]?.title ?? copyOf(id)?.title ?? "",
      copiedAt: copyOf(id)?.at,
    }));
  }
}
