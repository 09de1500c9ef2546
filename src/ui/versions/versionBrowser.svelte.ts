import { SvelteMap } from "svelte/reactivity";
import {
  compareNotebooks,
  type Comparison,
} from "../../notebook/compare/compare.ts";
import { parseNotebook } from "../../notebook/parse.ts";
import type { NotebookVersions, Version } from "../notebookVersions.ts";

/** What is shown of a version: its text, or what changed between it and the one before, the text now, or another one. */
export type VersionView = "whole" | "before" | "now" | number;

/** The versions of a notebook as somebody looks through them, beside the text that stands now. */
export class VersionBrowser {
  /** Newest first; undefined until they are read. */
  versions = $state.raw<readonly Version[]>();
  /** Numbers of those that the run ran from which one came here. */
  ofRun = $state.raw<readonly number[]>([]);
  view = $state<VersionView>("now");
  /** What each version changed in the one before it, as far as that is known by now. */
  readonly sizes = new SvelteMap<number, Comparison>();

  #number = $state<number>();
  readonly chosen = $derived(this.#find((number) => number === this.#number));
  /** undefined until the texts are read. */
  readonly comparison = $derived.by((): Comparison | undefined => {
    const texts = this.#pair();
    return texts && compare(...texts);
  });

  readonly #store: Pick<NotebookVersions, "list" | "read" | "ofRun">;
  readonly #now: string;
  readonly #texts = new SvelteMap<number, string>();
  #isClosed = false;

  constructor(
    store: Pick<NotebookVersions, "list" | "read" | "ofRun">,
    now: string,
  ) {
    this.#store = store;
    this.#now = now;
  }

  /** Reads the versions, and goes on until all that they changed is known. Chooses the newest, or what a run ran. */
  async load(run: string | undefined): Promise<void> {
    const [found, ofRun] = await Promise.all([
      this.#store.list(),
      run === undefined ? [] : this.#store.ofRun(run),
    ]);
    const first = ofRun[0] ?? found[0]?.number;
    if (first !== undefined) {
      await this.#read(first);
      if (this.isNow(first)) this.view = run === undefined ? "before" : "whole";
    }
    this.ofRun = ofRun;
    this.#number = first;
    this.versions = found;

    let later: { number: number; text: string } | undefined;
    for (const { number } of found) {
      const text = await this.#read(number);
      if (this.#isClosed) return;
      if (text === undefined) {
        // Another tab has made versions meanwhile, and this one did not stay.
        this.versions = this.versions.filter(
          (version) => version.number !== number,
        );
        continue;
      }
      if (later) this.sizes.set(later.number, compare(text, later.text));
      later = { number, text };
    }
  }

  choose(number: number): void {
    this.#number = number;
    if (this.view === number) this.view = "now";
  }

  /** Whether a version has the text that stands now. */
  isNow(number: number): boolean {
    return this.text(number) === this.#now;
  }

  text(number: number): string | undefined {
    return this.#texts.get(number);
  }

  /** Nobody looks any more. */
  close(): void {
    this.#isClosed = true;
  }

  /** The two texts to compare, the earlier one first. */
  #pair(): [earlier: string, later: string] | undefined {
    const { chosen, view } = this;
    const text = chosen && this.text(chosen.number);
    if (text === undefined) return undefined;
    if (view === "whole") return [text, text];
    if (view === "now") return [text, this.#now];
    const other =
      view === "before"
        ? this.#find((number) => number < chosen!.number)?.number
        : view;
    if (other === undefined) return ["", text];
    const otherText = this.text(other);
    if (otherText === undefined) return undefined;
    return other < chosen!.number ? [otherText, text] : [text, otherText];
  }

  #find(isIt: (number: number) => boolean): Version | undefined {
    return this.versions?.find(({ number }) => isIt(number));
  }

  async #read(number: number): Promise<string | undefined> {
    if (!this.#texts.has(number)) {
      const text = await this.#store.read(number);
      if (text !== undefined) this.#texts.set(number, text);
    }
    return this.#texts.get(number);
  }
}

function compare(earlier: string, later: string): Comparison {
  return compareNotebooks(
    parseNotebook(earlier).notebook,
    parseNotebook(later).notebook,
  );
}
