import { toErrorData } from "../core/errors.ts";
import type { Program } from "../notebook/compile/program.ts";
import type {
  Cell,
  CellKind,
  Diagnostic,
  Notebook,
} from "../notebook/document.ts";
import {
  recordChange,
  redo,
  startHistory,
  undo,
  type Caret,
  type History,
  type RecordOptions,
} from "../notebook/history.ts";
import { makeId } from "../runs/makeId.ts";
import type { CellViews } from "./cellViews.svelte.ts";
import { loadDocumentTools, type DocumentTools } from "./documentTools.ts";
import type { Notices } from "./notices.svelte.ts";
import * as words from "./words/session.ts";

type Change = (notebook: Notebook, edits: DocumentTools["edits"]) => Notebook;
type Typing = Pick<RecordOptions, "what" | "before" | "after">;

/** What is around the text of a notebook. */
export interface TextHost {
  /** Why nothing can be changed, if so. */
  readonly readOnly: string | undefined;
  readonly notices: Notices;
  readonly views: Pick<CellViews, "typed" | "markStale" | "view">;
  /** Another text stands here. `atOnce` if it was opened; `program` if it is compiled already. */
  tookText(notebook: Notebook, atOnce: boolean, program?: Program): void;
  /** The reader has changed it. */
  changedText(): void;
  /** The same, for each change that is not a step back. */
  editedText(): void;
}

/** A text as it was read. */
export interface ReadText {
  notebook: Notebook;
  text: string;
  /** What can be undone in it. */
  history: History | undefined;
  program: Program | undefined;
}

/** The text of the open notebook, all ways to change it, and its one history of changes. */
export class NotebookText {
  notebook = $state.raw<Notebook>();
  canUndo = $state(false);
  canRedo = $state(false);

  readonly #host: TextHost;
  /** Not there until a text has to be read or changed. */
  #tools: DocumentTools | undefined;
  /** The text of the open notebook as long as it needed neither. */
  #readyText = "";
  #history: History | undefined;
  /** The notice that offers to undo the last change. */
  #undoOffer: number | undefined;
  /** Changes that came before texts could be changed, in order. */
  #early: (() => void)[] = [];
  #catchingUp: Promise<void> = Promise.resolve();

  constructor(host: TextHost) {
    this.#host = host;
  }

  async loadTools(): Promise<DocumentTools> {
    return (this.#tools = await loadDocumentTools());
  }

  /** Fetches what the first change needs, before it is made. */
  async prepareToEdit(): Promise<void> {
    await Promise.all([
      this.loadTools(),
      import("../notebook/compile/compile.ts"),
    ]);
  }

  /** What reads, writes and changes notebooks, as soon as it is there and the text has all changes that came before. */
  async editable(): Promise<DocumentTools> {
    const tools = this.#tools ?? (await this.loadTools());
    await this.caughtUp();
    return tools;
  }

  /** Settles when the text has all changes that came before texts could be changed. */
  caughtUp(): Promise<void> {
    return this.#catchingUp;
  }

  markdown(): string {
    if (!this.notebook) return "";
    return this.#tools?.printNotebook(this.notebook) ?? this.#readyText;
  }

  /** What is to be kept of the history. */
  keptHistory(): unknown {
    return this.#history && this.#tools?.keepHistory(this.#history);
  }

  /** The history that was kept, if it ends with the text that was read. */
  async restoreHistory(
    kept: unknown,
    text: string,
  ): Promise<History | undefined> {
    const { printNotebook, restoreHistory } = await this.loadTools();
    const history = restoreHistory(kept);
    return history && printNotebook(history.present) === text
      ? history
      : undefined;
  }

  /** Takes the text of a notebook that was opened. */
  open({ notebook, text, history, program }: ReadText): void {
    this.#readyText = text;
    this.#remember(history);
    this.#show(notebook, true, program);
  }

  /** Takes the text that another tab has saved; cells that are found again keep their ids. */
  async follow(text: string): Promise<void> {
    const before = this.notebook;
    if (!before) return;
    const { parseNotebook, edits } = await this.loadTools();
    const { notebook } = parseNotebook(text, makeId);
    this.#remember(undefined);
    this.#show(edits.replaceText(before, notebook), true);
  }

  /** What is wrong with the file apart from its cells. That can only be at its head, in front matter or what should be some. */
  fileDiagnostics(): readonly Diagnostic[] {
    if (!this.notebook || !this.#tools) return [];
    const { parseNotebook, printNotebook } = this.#tools;
    const cells = this.notebook.cells.slice(0, 1);
    const head = printNotebook({ ...this.notebook, cells });
    return parseNotebook(head).diagnostics.filter(
      ({ cell }) => cell === undefined,
    );
  }

  /** Takes what was typed into a cell; `typing` says how, and where the writer was. */
  editCell(cell: string, source: string, typing: Typing = {}): void {
    this.#edit((notebook, edits) => edits.setSource(notebook, cell, source), {
      ...typing,
      typedIn: cell,
    });
    const edited = this.notebook?.cells.find(({ id }) => id === cell);
    if (edited) this.#host.views.typed(edited);
  }

  /** Makes a cell, and gives its id. */
  insertCell(kind: CellKind, after: string | undefined): string {
    const id = makeId();
    this.#edit(
      (notebook, edits) => edits.insertCell(notebook, kind, after, id),
      {
        before: after === undefined ? undefined : { cell: after },
        after: { cell: id },
      },
    );
    return id;
  }

  removeCell(cell: string): void {
    if (!this.#tools) {
      this.#whenEditable(() => this.removeCell(cell));
      return;
    }
    const isDone = this.#edit(
      (notebook, edits) => edits.removeCell(notebook, cell),
      { before: { cell } },
    );
    if (isDone) this.offerUndo(words.cellDeleted);
  }

  /** Gives a cell another name; says why if it cannot have it. */
  renameCell(cell: string, name: string): void {
    this.#edit((notebook, edits) => edits.renameCell(notebook, cell, name), {
      before: { cell },
      after: { cell },
    });
  }

  setKind(cell: string, kind: CellKind): void {
    this.#edit((notebook, edits) => edits.setKind(notebook, cell, kind), {
      before: { cell },
      after: { cell },
    });
  }

  setTitle(title: string): void {
    this.#edit((notebook, edits) => edits.setTitle(notebook, title), {
      before: null,
    });
  }

  /** Changes the notebook in one step, with all that can be done to one at hand. Says so if that is not possible, and is false then. */
  async change(
    change: Change,
    carets: Pick<RecordOptions, "before" | "after"> = {},
  ): Promise<boolean> {
    await this.editable();
    const before = new Set(this.notebook?.cells);
    const isDone = this.#edit(change, carets);
    this.#renewViews(before);
    return isDone;
  }

  /** Takes another text as one change; cells that are found again keep their ids, and with them what they show. */
  replaceText(text: string): void {
    const before = new Set(this.notebook?.cells);
    const tools = this.#tools;
    if (!tools) {
      this.#whenEditable(() => this.replaceText(text));
      return;
    }
    const { parseNotebook, edits } = tools;
    this.#edit((notebook) =>
      edits.replaceText(notebook, parseNotebook(text, makeId).notebook),
    );
    this.#renewViews(before);
  }

  /** Takes other front matter as one change. */
  setFrontMatter(frontMatter: string): void {
    this.#whenEditable(() => {
      const { notebook } = this;
      if (notebook)
        this.replaceText(
          this.#tools!.printNotebook({ ...notebook, frontMatter }),
        );
    });
  }

  /** One step back; says where the writer was, if that is known. */
  undo(): Caret | undefined {
    return this.#history && this.#step(undo(this.#history));
  }

  redo(): Caret | undefined {
    return this.#history && this.#step(redo(this.#history));
  }

  /** Says what the last change has done and offers to undo it, until something else is changed. */
  offerUndo(message: string, undo: () => unknown = () => this.undo()): void {
    const run = (): void => void undo();
    this.#undoOffer = this.#host.notices.offer(message, {
      label: words.undo,
      run,
    });
  }

  /** What cells show that are not as before is old; queries are run again. */
  #renewViews(before: ReadonlySet<Cell>): void {
    const { views } = this.#host;
    const changed = this.notebook?.cells.filter((cell) => !before.has(cell));
    for (const { id } of changed ?? []) views.markStale(id);
    if (changed?.some(({ kind }) => kind === "sql"))
      void views.view((cell) => cell.kind === "sql" && changed.includes(cell));
  }

  /** Does something once texts can be changed; all together, so that nobody sees a text that is only half there. */
  #whenEditable(act: () => void): void {
    this.#early.push(act);
    if (this.#early.length > 1) return;
    this.#catchingUp = this.loadTools()
      .catch((thrown: unknown) => this.#say(toErrorData(thrown).message))
      .then(() => {
        const early = this.#early;
        this.#early = [];
        if (this.#tools) for (const change of early) change();
      });
  }

  /** Changes the text, or says why that cannot be and is false. */
  #edit(change: Change, record: Omit<RecordOptions, "at"> = {}): boolean {
    const tools = this.#tools;
    if (!tools) {
      this.#whenEditable(() => this.#edit(change, record));
      return true;
    }
    const before = this.notebook;
    if (!before) return false;
    const { readOnly } = this.#host;
    if (readOnly) return this.#say(readOnly);
    try {
      const after = change(before, tools.edits);
      this.#step(
        recordChange(this.#history ?? startHistory(before), after, {
          ...record,
          at: performance.now(),
        }),
      );
      this.#host.editedText();
      return true;
    } catch (thrown) {
      return this.#say(toErrorData(thrown).message);
    }
  }

  #say(problem: string): false {
    this.#host.notices.add("error", problem);
    return false;
  }

  /** Has the text of a history stand here; says where the writer was. */
  #step(history: History): Caret | undefined {
    this.#remember(history);
    if (history.present === this.notebook) return undefined;
    this.#show(history.present, false);
    this.#host.changedText();
    if (this.#undoOffer !== undefined)
      this.#host.notices.close(this.#undoOffer);
    return history.caret;
  }

  #remember(history: History | undefined): void {
    this.#history = history;
    this.canUndo = (history?.past.length ?? 0) > 0;
    this.canRedo = (history?.future.length ?? 0) > 0;
  }

  #show(notebook: Notebook, atOnce: boolean, program?: Program): void {
    this.notebook = notebook;
    this.#host.tookText(notebook, atOnce, program);
  }
}
