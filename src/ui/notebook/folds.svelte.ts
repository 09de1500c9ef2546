import type { Cell } from "../../notebook/document.ts";
import { isFolded } from "../../notebook/foldFlag.ts";
import type { Workbench } from "../workbench.svelte.ts";

type Sections = typeof import("../../notebook/sections.ts");

const nothing: ReadonlyMap<string, string> = new Map();

/**
 * Which cells are folded. That stands in the notebook; what is opened to show something in it, and what a reader folds in a
 * notebook that is not theirs, is known here only.
 */
export class Folds {
  readonly #bench: Workbench;
  #other = $state.raw<Readonly<Record<string, boolean>>>({});
  /** Fetched when a notebook has a folded text. */
  #sections = $state.raw<Sections>();
  /** The cells that are hidden by a folded section, each with the head of that. */
  readonly hidden: ReadonlyMap<string, string> = $derived.by(() => {
    const cells = this.#bench.session.notebook?.cells ?? [];
    const first = cells.findIndex(
      (cell) => cell.kind === "md" && this.has(cell),
    );
    if (first < 0) return nothing;
    if (this.#sections) return this.#sections.hiddenCells(cells, this.has);
    void this.#load();
    // Until it is known which, none that may be hidden shows up.
    const head = cells[first]!.id;
    return new Map(cells.slice(first + 1).map(({ id }) => [id, head]));
  });

  constructor(bench: Workbench) {
    this.#bench = bench;
  }

  /** Whether the text of a cell is folded away, and its section with it. */
  readonly has = ({ id, flags }: Cell): boolean =>
    this.#other[id] ?? isFolded({ flags });

  /** What is seen of a text that is folded, and what is hidden of it; nothing until that can be told. */
  partsOf({ source }: Cell): { head: string; rest: string } | undefined {
    return this.#sections?.splitHead(source);
  }

  /** Folds a cell, or unfolds it, here only; undefined for as it stands in the notebook. */
  set(id: string, isFolded: boolean | undefined): void {
    const { [id]: _, ...others } = this.#other;
    this.#other =
      isFolded === undefined ? others : { ...others, [id]: isFolded };
  }

  /** How many cells the section of a cell hides. */
  count(head: string): number {
    return [...this.hidden.values()].filter((other) => other === head).length;
  }

  /** Opens what hides a cell, and the cell too if a place in it is meant. */
  reveal(id: string, isPlace = false): void {
    for (
      let head = isPlace ? id : this.hidden.get(id);
      head !== undefined;
      head = this.hidden.get(id)
    )
      this.set(head, false);
  }

  /** Begins anew with another notebook. */
  reset(): void {
    this.#other = {};
  }

  /** Folds a cell if it is not, and unfolds it if it is. */
  async toggle(cell: Cell): Promise<void> {
    const [{ foldCell }] = await Promise.all([
      import("./foldCell.ts"),
      this.#load(),
    ]);
    await foldCell(this.#bench, cell, !this.has(cell));
  }

  async #load(): Promise<void> {
    this.#sections = await import("../../notebook/sections.ts");
  }
}
