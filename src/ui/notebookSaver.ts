import { toErrorData } from "../core/errors.ts";
import type { State } from "../core/state.ts";
import type { Notebook } from "../notebook/document.ts";
import { makeId } from "../runs/makeId.ts";
import type { LastWords } from "../storage/lastWords.ts";
import type { Library } from "../storage/library.ts";
import type { Mirror } from "../storage/mirror.ts";
import { DocumentSaver } from "./documentSaver.ts";
import type { NotebookText } from "./notebookText.svelte.ts";

/** The notebook that is saved. */
export interface SaverHost {
  readonly id: string | undefined;
  readonly notebook: Notebook | undefined;
  readonly text: NotebookText;
  /** Why nothing may be written, if so. */
  readonly readOnly: string | undefined;
  /** Set while it is none of the reader's own. */
  readonly preview: unknown;
  /** How its newest run stands. */
  readonly lastState: State | undefined;
  /** Its text is about to be written. */
  saving(): void;
  saved(id: string): void;
  /** Its text was not written, because another tab owns it. */
  overtaken(): Promise<void>;
  /** It cannot be saved, and why; without a reason, it can again. */
  tellUnsaved(reason: string | undefined): void;
}

/** Saves the open notebook to the library, as its owner. */
export class NotebookSaver {
  readonly #library: Library;
  readonly #mirror: Mirror;
  readonly #guardClosing: (isGuarded: boolean) => void;
  readonly #host: SaverHost;
  readonly #saver = new DocumentSaver(() => this.#write(), {
    failed: (thrown) => this.#host.tellUnsaved(toErrorData(thrown).message),
    recovered: () => {
      this.#noteInMemoryOnly(false);
      this.#host.tellUnsaved(undefined);
    },
  });
  /** Whether what could not be saved is nowhere but in memory: on a full disk what is left is not on the disk either. */
  #isInMemoryOnly = false;
  /** What this page calls itself as the owner of a notebook. */
  readonly #owner = makeId();
  /** Whether the text may be written without asking who owns it: the page may be closing. */
  #isUnasked = false;
  /** The same because it was just read: until it was written once as that of this page. */
  #isClaiming = false;
  /** The text as the app brought it, if it did. */
  #shipped: string | undefined;

  constructor(
    {
      library,
      mirror,
      guardClosing,
    }: {
      library: Library;
      mirror: Mirror;
      guardClosing(this: void, isGuarded: boolean): void;
    },
    host: SaverHost,
  ) {
    this.#library = library;
    this.#mirror = mirror;
    this.#guardClosing = guardClosing;
    this.#host = host;
  }

  /** Another notebook is open; `shipped` is its text as the app brought it, if it did. */
  open(shipped: string | undefined): void {
    this.#shipped = shipped;
  }

  changed(): void {
    this.#saver.changed();
  }

  get isSaved(): boolean {
    return this.#saver.isSaved;
  }

  /** Whether what is not saved is lost when the page is closed. */
  get isAtRisk(): boolean {
    return this.#isInMemoryOnly && !this.isSaved;
  }

  #noteInMemoryOnly(isSo: boolean): void {
    if (this.#isInMemoryOnly === isSo) return;
    this.#isInMemoryOnly = isSo;
    this.#guardClosing(isSo);
  }

  save(): Promise<void> {
    return this.#saver.save();
  }

  /** Saves what is not saved yet; never rejects. */
  flush(): Promise<void> {
    return this.#saver.flush();
  }

  /** Writes the notebook as its owner from now on. */
  async claim(): Promise<void> {
    this.#isClaiming = true;
    await this.save();
  }

  /** The page may be about to go away: saves at once what is not saved yet. */
  leave(): void {
    this.#mirror.flush();
    const words = this.isSaved ? undefined : this.#toWrite();
    if (words) this.#library.leave(words);
    this.#isUnasked = true;
    void this.flush();
    this.#isUnasked = false;
  }

  /** The notebook as it is to be written, if this page may. */
  #toWrite(): LastWords | undefined {
    const { id, notebook, readOnly, preview, text: document } = this.#host;
    if (!id || !notebook || readOnly || preview) return undefined;
    const text = document.markdown();
    return {
      entry: {
        id,
        title: notebook.title,
        updatedAt: Date.now(),
        lastState: this.#host.lastState,
        owner: this.#owner,
        isShipped: text === this.#shipped,
      },
      text,
      history: document.keptHistory(),
    };
  }

  async #write(): Promise<void> {
    const words = this.#toWrite();
    if (!words) return;
    const { entry, text, history } = words;
    const { id, title } = entry;
    this.#mirror.note(id, { title });
    this.#host.saving();
    const isClaim = this.#isUnasked || this.#isClaiming;
    try {
      await this.#library[isClaim ? "write" : "writeAsOwner"](
        id,
        entry,
        text,
        history,
      );
      if (isClaim) this.#isClaiming = false;
    } catch (thrown) {
      const { code } = toErrorData(thrown);
      const isOvertaken = code === "storage-conflict";
      if (isOvertaken && id === this.#host.id) return this.#host.overtaken();
      const isLeft = this.#library.leave(words);
      this.#noteInMemoryOnly(!isLeft || code === "storage-full");
      throw thrown;
    }
    this.#host.saved(id);
  }
}
