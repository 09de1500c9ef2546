/**
 * The view model of the page: all that it shows, and every action that a reader can take. Components read fields and call
 * methods; `window.flowbook` calls the same methods. It is long because it is the one place where document, drawing, runs
 * and outputs meet; each of these does its own work in a file of its own.
 */
import type { Remote } from "comlink";
import { FlowError, toErrorData } from "../core/errors.ts";
import type { Graph, NodeId } from "../core/graph.ts";
import type { PlanItem } from "../core/plan.ts";
import type { RunState } from "../core/run.ts";
import type { Schedule } from "../core/schedule.ts";
import { isFinal } from "../core/state.ts";
import type { Clock } from "../engine/clock.ts";
import type { Output } from "../engine/protocol.ts";
import type {
  DatabaseService,
  EngineService,
  EngineUpdate,
  ExportFormat,
  OpenReport,
  QueryResult,
  StoredFile,
  TableSchema,
} from "../engine/services.ts";
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
import type { ProseNode } from "../notebook/prose/tree.ts";
import type { LastWords } from "../storage/lastWords.ts";
import type { Library, LibraryEntry } from "../storage/library.ts";
import type { Mirror } from "../storage/mirror.ts";
import { AddressBar } from "./addressBar.ts";
import { printAddress } from "./address.ts";
import type { BrowserNotices } from "./browserNotices.ts";
import { CellViews } from "./cellViews.svelte.ts";
import { CopyKeeper } from "./copyKeeper.ts";
import type { Removals } from "./deletion.ts";
import { DocumentSaver } from "./documentSaver.ts";
import { deletedMark } from "./deletedMark.ts";
import { exampleOf, idOfExample, readExample } from "./examples.ts";
import { loadDocumentTools, type DocumentTools } from "./documentTools.ts";
import { Drawing, type Drawn, type FlowView } from "./drawing.ts";
import type { RunOptions } from "./pageApi.ts";
import { FlowSchedules } from "./flowSchedules.ts";
import { Follower } from "./follower.ts";
import { HostPermissions } from "./hostPermissions.svelte.ts";
import { makeId } from "../runs/makeId.ts";
import { Losses } from "./losses.svelte.ts";
import { NotebookLock } from "./notebookLock.ts";
import { Packages } from "./packages/packages.svelte.ts";
import { NotebookVersions } from "./notebookVersions.ts";
import { Notices, type Notice } from "./notices.svelte.ts";
import type { Leftovers } from "./preview/leftovers.ts";
import type { Preview, Source } from "./preview/previews.ts";
import { parametersOf } from "../runs/parametersOf.ts";
import { RunDesk } from "./runDesk.svelte.ts";
import { StorageUse } from "./storageUse.svelte.ts";
import type { StoredHost } from "./storedChanges.ts";
import { TabMessages } from "./tabMessages.ts";
import * as words from "./words/session.ts";

export type { FlowView, LibraryEntry };

type Typing = Pick<RecordOptions, "what" | "before" | "after">;

/** An example that ships with the app. */
export interface Example {
  name: string;
  title: string;
  description: string;
}

/** A notebook that the build has read and compiled. */
export interface ReadyExample {
  text: string;
  notebook: Notebook;
  program: Program;
  /** The prose of its cells as it was read, by its text. */
  prose: Readonly<Record<string, readonly ProseNode[]>>;
}

/** What a session works with; made by main.ts. */
export interface SessionParts {
  engine: Remote<EngineService>;
  database: Remote<DatabaseService>;
  library: Library;
  /** What was kept in this browser, as remembered outside of its databases. */
  mirror: Mirror;
  /** An example that needs no reading, if it is there. */
  readyExample(name: string): Promise<ReadyExample | undefined>;
  /** Fetches a file of the app's own `examples` folder. */
  fetchExample(path: string): Promise<Response>;
  /** How many task workers unless the notebook says otherwise. */
  workers: number;
  clock: Clock;
  /** Whether the page is inside a page of somebody else: it shows the notebook of its own link then, and keeps nothing. */
  isEmbedded: boolean;
}

/** What is opened, and where from. */
interface Opened {
  id: string;
  text: string;
  ready?: ReadyExample;
  preview?: Preview;
  /** The query of the address that named it. */
  query?: URLSearchParams | undefined;
  /** Whether it came with the app, and nobody has changed it. */
  isShipped?: boolean;
}

/** What the address names could not be opened. */
export interface AddressProblem {
  title: string;
  message: string;
}

/** The flows of a notebook that is not drawn yet. */
const undrawn: readonly FlowView[] = [];

export class Session {
  screen = $state<"home" | "notebook" | "problem">("home");
  problem = $state.raw<AddressProblem>();
  library = $state.raw<readonly LibraryEntry[]>([]);
  examples = $state.raw<readonly Example[]>([]);

  id = $state<string>();
  notebook = $state.raw<Notebook>();
  diagnostics = $state.raw<readonly Diagnostic[]>([]);
  flows = $state.raw<readonly FlowView[]>(undrawn);
  /** The flow that Run means, and that the graph shows. */
  flowName = $state<string>();
  /** Values of the parameter form of that flow, by name; missing ones have their default. */
  parameters = $state.raw<Readonly<Record<string, unknown>>>({});
  tables = $state.raw<readonly TableSchema[]>([]);
  files = $state.raw<readonly StoredFile[]>([]);
  /** Attachments that the notebook names but that are not there. */
  missingFiles = $state.raw<readonly string[]>([]);
  selectedCell = $state<string>();
  selectedNode = $state<NodeId>();
  /** Whether flows of this notebook run at their times; undefined if none has a schedule. */
  scheduleOn = $state<boolean>();
  /** When the selected flow runs next by itself. */
  nextRunAt = $state<number>();
  canUndo = $state(false);
  canRedo = $state(false);
  /** Why nothing can be changed here, if so. */
  readOnly = $state<string>();
  /** Whether that is because its database is damaged; what is left of it can be downloaded. */
  isDamaged = $state(false);
  /** Whether that is because another tab has the notebook. */
  isFollowing = $state(false);
  /** Set while the open notebook is not one of the reader's own. */
  preview = $state.raw<Preview>();
  /** Whether it is shown for reading: prose, form and outputs, without code. */
  isReading = $state(false);
  readonly isEmbedded: boolean;
  #query = new URLSearchParams();

  #parts: SessionParts;
  /** Not there until a text has to be read or changed. */
  #tools: DocumentTools | undefined;
  /** The text of the open notebook as long as it needed neither. */
  #readyText = "";
  /** The text as the app brought it, if it did. */
  #shipped: string | undefined;
  #drawing: Drawing;
  #program: Program | undefined;
  #history: History | undefined;
  #starting: Promise<void> = Promise.resolve();
  #opening: Promise<void> = Promise.resolve();
  /** What is being done to the database of the notebook on show: another one is opened afterwards. */
  #atWork: Promise<unknown> = Promise.resolve();
  /** How much of that is going on. */
  #works = 0;
  #saver = new DocumentSaver(
    () => this.#write(),
    (thrown) => this.notify("error", toErrorData(thrown).message),
  );
  readonly #tabs = new TabMessages();
  readonly #lock = new NotebookLock(this.#tabs, {
    lost: (id) => this.#afterOpening(() => this.#yield(id)),
    won: (id) => void this.#afterOpening(() => this.#reopen(id)),
  });
  readonly #follower = new Follower(this.#tabs, () =>
    this.#opening.catch(() => {}).then(() => this.#follow()),
  );
  /** What this page calls itself as the owner of a notebook. */
  readonly #owner = makeId();
  /** Whether the text may be written without asking who owns it: it was just read, or the page may be closing. */
  #isUnasked = false;
  #schedules: FlowSchedules;
  readonly #removals: Removals = new Map();

  /** The notebook's runs. */
  readonly desk: RunDesk;
  readonly versions: NotebookVersions;
  /** What cells show below themselves. */
  readonly views: CellViews;
  readonly hosts: HostPermissions;
  readonly packages = new Packages(this);
  readonly notices = new Notices();
  readonly addressBar: AddressBar;
  /** The notice that offers to undo the last change. */
  #undoOffer: number | undefined;
  readonly storage = new StorageUse();
  readonly losses: Losses;
  readonly #copies = new CopyKeeper(() => this.#copy());

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.isEmbedded = parts.isEmbedded;
    this.addressBar = new AddressBar(parts.isEmbedded);
    this.losses = new Losses(parts);
    this.#tabs.listen((message) => {
      if (message.type === "deleted" && message.notebook === this.id)
        void this.#leaveDeleted();
      if (message.type !== "written" || message.notebook !== this.id) return;
      // What was not kept is no loss.
      if (!this.preview) {
        parts.mirror.note(this.id, { generation: message.generation });
        this.#copies.changed();
      }
      if (message.tables.length > 0 && !this.isFollowing) {
        this.views.changedTables(message.tables);
        this.#lookAtTables();
      }
    });
    this.desk = new RunDesk(parts, this);
    this.versions = new NotebookVersions(parts.library.versions, this);
    this.views = new CellViews(parts, this);
    this.hosts = new HostPermissions(parts.library);
    this.#schedules = new FlowSchedules(
      parts.clock,
      (flow, { at, parameters }) =>
        void this.#runScheduled(flow, at, parameters),
      () => this.#updateNextRun(),
    );
    this.#drawing = new Drawing(
      (program) => parts.engine.trace(program),
      (drawn) => this.#onDrawn(drawn),
      (program, notebook) => this.packages.link(program, notebook),
      (thrown) =>
        this.notify("error", words.notDrawn(toErrorData(thrown).message)),
    );
  }

  // ---------------------------------------------------------------- library

  async goHome(): Promise<void> {
    if (this.isEmbedded) return;
    await this.save().catch((thrown: unknown) => this.#tellUnsaved(thrown));
    this.screen = "home";
    this.problem = undefined;
    this.addressBar.show("");
    await this.#orNotice(() => this.refreshLibrary());
  }

  /** There may be no room, which is to be made at home. Nothing is lost by going there: the text stays in this page. */
  #tellUnsaved(thrown: unknown): void {
    const unsaved = this.#toWrite();
    if (unsaved) this.#parts.library.leave(unsaved);
    void this.#orNotice(async () => {
      const { notSaved } = await import("./words/notSaved.ts");
      this.notify("error", notSaved(toErrorData(thrown).message));
    });
  }

  async refreshLibrary(): Promise<void> {
    void this.storage.look().catch(() => undefined);
    this.library = await this.#parts.library.list();
    await this.losses.look(this.library);
  }

  /** Brings back a notebook that the browser lost, from its copy. */
  async restoreLost(id: string): Promise<void> {
    await this.losses.restore(id);
    if (id === this.id && this.screen === "notebook") {
      const text = await this.#parts.library.read(id);
      await this.#open(() =>
        Promise.resolve({ id, text: text ?? this.markdown() }),
      );
    } else await this.refreshLibrary();
  }

  /** Goes on without what the browser lost. */
  async forgetLost(id: string): Promise<void> {
    this.losses.forget(id);
    if (id === this.id && this.screen === "notebook")
      await this.#afterOpening(() => this.#reopen(id));
  }

  /** Copies the open notebook to where the copy outlives its loss. */
  async #copy(): Promise<void> {
    if (!this.notebook || this.readOnly || this.preview || this.desk.running)
      return;
    const { title } = this.notebook;
    const text = this.markdown();
    await this.#parts.database.keepCopy({ title, text }, this.id);
  }

  async loadExamples(): Promise<void> {
    const response = await this.#parts.fetchExample("index.json");
    this.examples = (await response.json()) as Example[];
  }

  async openNotebook(id: string, query?: URLSearchParams): Promise<void> {
    if (this.#returnTo(id)) return this.#saver.flush();
    await this.#open(async () => {
      const text = await this.#parts.library.read(id);
      if (text === undefined && this.#parts.mirror.notebooks[id]) {
        const { notebookLost } = await import("./words/losses.ts");
        throw new FlowError("storage-failed", notebookLost);
      }
      const example = exampleOf(id);
      if (example !== undefined)
        return { ...(await readExample(this.#parts, example)), query };
      if (text === undefined) {
        const { unknownNotebook } = await import("./words/unknownNotebook.ts");
        throw new FlowError("notebook-syntax", unknownNotebook);
      }
      return { id, text, query };
    });
  }

  /** Shows the notebook again that was left without being saved, if it is that one: it is nowhere else. */
  #returnTo(id: string): boolean {
    if (id !== this.id || this.screen !== "home" || this.#saver.isSaved)
      return false;
    this.screen = "notebook";
    this.addressBar.show(this.#address);
    return true;
  }

  /** Opens an example: the reader's own copy of it if they have changed it. */
  openExample(name: string): Promise<void> {
    if (this.#returnTo(idOfExample(name))) return this.#saver.flush();
    return this.#open(() => readExample(this.#parts, name), true);
  }

  /** Opens a text as a new notebook of the reader's own. */
  openMarkdown(text: string): Promise<void> {
    return this.#open(async () => {
      const id = makeId();
      await this.#parts.library.writeSetting(`schedule:${id}`, true);
      return { id, text };
    });
  }

  /**
   * Opens somebody else's text in a preview: nothing in it runs until the reader says so, and it is none of the reader's own
   * notebooks until it is kept. `fragment` is what leads back to it in the address.
   */
  openForeign(
    text: string,
    source: Source,
    fragment: string,
    query?: URLSearchParams,
  ): Promise<void> {
    return this.#open(async () => {
      const { findPreview } = await import("./preview/previews.ts");
      const { library, isEmbedded } = this.#parts;
      const about = { fragment, query, isEmbedded };
      const preview = await findPreview(library, text, source, about);
      return { id: preview.id, text, preview, query };
    });
  }

  /** Makes the notebook of the preview one of the reader's own, with all that it has run. */
  async keep(): Promise<void> {
    const { preview } = this;
    if (!preview || this.isEmbedded) return;
    if (this.readOnly) throw new FlowError("read-only", this.readOnly);
    const query = new URLSearchParams(this.#query);
    this.#query.delete("from");
    this.preview = undefined;
    this.addressBar.rename(this.#address);
    try {
      await this.#claim();
    } catch (thrown) {
      this.preview = preview;
      this.#query = query;
      this.addressBar.rename(this.#address);
      throw thrown;
    }
    const { noteKept } = await import("./preview/previews.ts");
    await noteKept(this.#parts.library, preview);
    await this.hosts.own();
    this.versions.keep("opened");
  }

  /** What previews left that were not kept. */
  async leftovers(): Promise<Leftovers> {
    const { Leftovers } = await import("./preview/leftovers.ts");
    return new Leftovers(this.#parts);
  }

  /** Shows the notebook for reading, or with its code. */
  setReading(isReading: boolean): void {
    this.isReading = isReading;
    if (isReading) this.#query.set("view", "app");
    else this.#query.delete("view");
    this.addressBar.rename(this.#address);
  }

  /** What the address names cannot be opened: says why. The address stays, so that a reload tries again. */
  showProblem(problem: AddressProblem): void {
    this.problem = problem;
    this.screen = "problem";
    this.addressBar.keep();
  }

  /** A preview has run nothing until the reader says so, not even a query. */
  get #mayQuery(): boolean {
    return this.preview === undefined || this.desk.runs.length > 0;
  }

  get #address(): string {
    const fragment = this.preview?.fragment ?? `#n.${this.id}`;
    return printAddress(this.#query, fragment);
  }

  async newNotebook(): Promise<void> {
    const { emptyNotebook } = await import("./emptyNotebook.ts");
    await this.openMarkdown(emptyNotebook);
  }

  async deleteNotebook(id: string): Promise<void> {
    const { deleteNotebook } = await import("./deletion.ts");
    await deleteNotebook(id, {
      ...this.#parts,
      lock: this.#lock,
      tabs: this.#tabs,
      notices: this.notices,
      removals: this.#removals,
      removed: () => {
        // Nothing may save it again.
        if (this.id === id) this.id = undefined;
        return this.refreshLibrary();
      },
      refresh: () => this.refreshLibrary(),
      attempt: this.#orNotice,
    });
  }

  /** Another tab has deleted the notebook that is followed here. */
  async #leaveDeleted(): Promise<void> {
    const title = this.notebook?.title ?? "";
    if (!this.#leave()) return;
    const { deletedElsewhere } = await import("./words/deletion.ts");
    this.notify("info", deletedElsewhere(title));
    await this.refreshLibrary();
  }

  /** Has no notebook open any more. Whether one was on show: then the list of them is. */
  #leave(): boolean {
    this.#lock.release();
    this.#setFollowing(undefined);
    this.id = undefined;
    if (this.screen !== "notebook") return false;
    this.screen = "home";
    this.addressBar.show("");
    return true;
  }

  /** Does something to the notebook that is open when nothing is being opened; what is opened then waits for that. */
  #afterOpening(action: () => Promise<void>): Promise<void> {
    const done = this.#opening.catch(() => {}).then(action);
    this.#opening = done.catch(() => {});
    return done;
  }

  async #open(read: () => Promise<Opened>, mayBeReady = false): Promise<void> {
    let query: URLSearchParams | undefined;
    // What is due meanwhile would be run in the notebook that comes.
    this.#schedules.set([]);
    const opening = this.#opening
      .catch(() => {})
      .then(async () => {
        if (this.desk.running) await this.desk.cancelRun();
        if (this.isAtWork) {
          const { tellWaiting } = await import("./storedChanges.ts");
          tellWaiting(this.notices, this.#atWork);
        }
        await this.#atWork;
        await this.#catchingUp;
        await this.save();
        const [opened] = await Promise.all([
          read(),
          mayBeReady ? undefined : this.#loadTools(),
        ]);
        // Whoever made the page around this one may know the id of a notebook.
        if (this.isEmbedded && !opened.preview) {
          const { embeddedOnly } = await import("./words/embedding.ts");
          throw new FlowError("read-only", embeddedOnly);
        }
        query = opened.query;
        const { id, text, ready } = opened;
        const history = ready ? undefined : await this.#readHistory(id, text);
        const notebook =
          ready?.notebook ??
          history?.present ??
          (await this.#loadTools()).parseNotebook(text).notebook;
        // What was left of it is not to be found now, nor to be removed while it is open.
        await this.#removals.get(id)?.();
        if (await this.#parts.library.readSetting(deletedMark(id)))
          await (await this.leftovers()).endDeleted(id);
        try {
          await this.#show(opened, notebook, history);
        } catch (thrown) {
          // Lock, database and runs may be those of what could not be opened, and not those of what is on show.
          if (this.id !== id) {
            void this.#saver.flush();
            if (this.#leave()) void this.refreshLibrary().catch(() => {});
          }
          const { offerCopy } = await import("./offerCopy.ts");
          const { database } = this.#parts;
          await offerCopy(this, database, opened.id, this.#orNotice);
          throw thrown;
        }
      });
    this.#opening = opening;
    await opening.catch((thrown: unknown) => {
      this.#updateSchedules();
      throw thrown;
    });
    await this.#drawing.settled();
    if (query && query.size > 0) {
      const { fillForm } = await import("./preview/fillForm.ts");
      if (opening === this.#opening) fillForm(this, query);
    }
  }

  async #loadTools(): Promise<DocumentTools> {
    return (this.#tools = await loadDocumentTools());
  }

  /** Fetches what the first change needs, before it is made. */
  async prepareToEdit(): Promise<void> {
    await Promise.all([
      this.#loadTools(),
      import("../notebook/compile/compile.ts"),
    ]);
  }

  async #show(
    { id, text, ready, preview, query, isShipped }: Opened,
    notebook: Notebook,
    kept: History | undefined,
  ): Promise<void> {
    this.#copies.stop();
    if (id !== this.id) this.notices.leaveNotebook(this.id);
    // What an embedded page has is in its memory, so no other tab can have it; and browsers may deny it locks.
    const isOurs = this.isEmbedded || (await this.#lock.acquire(id));
    const { database, engine, library } = this.#parts;
    // One may have begun while this was read.
    if (this.desk.running) await this.desk.cancelRun();
    // Code of the notebook before, such as a cell that is being viewed, would be answered with the data of this one.
    if (this.#program && id !== this.id)
      await engine.configure({ workers: 1, hosts: [], notebook: id });
    const report = await database.open(id, {
      readOnly: !isOurs,
      isDoubtful: this.isAfterKill,
    });
    await this.hosts.load(id, preview?.code);
    const isScheduled = await library.readSetting<boolean>(`schedule:${id}`);
    const readOnly = await this.#takeReport(id, report, !isOurs);
    // With the state of its own last run.
    await this.#saver.flush();
    await this.desk.open(report, readOnly);
    // Until here the reader can type in the notebook before; what comes now is done together, so that no text is ever saved
    // under the id of another notebook, or recorded in its history.
    void this.#saver.flush();
    this.#setFollowing(isOurs ? undefined : id, readOnly);
    this.#drawing.reset();
    this.#history = isOurs ? kept : undefined;
    this.#program = undefined;
    this.diagnostics = [];
    this.flows = undrawn;
    this.flowName = this.desk.runs[0]?.flow;
    this.parameters = {};
    this.selectedCell = undefined;
    this.selectedNode = undefined;
    this.canUndo = (this.#history?.past.length ?? 0) > 0;
    this.canRedo = (this.#history?.future.length ?? 0) > 0;
    this.files = report.files;
    this.#schedules.set([]);
    this.#isScheduled = isScheduled ?? false;
    this.id = id;
    this.#readyText = text;
    this.#shipped = isShipped ? text : undefined;
    this.preview = preview;
    this.#query = query ?? new URLSearchParams();
    this.isReading = this.isEmbedded || this.#query.get("view") === "app";
    this.problem = undefined;
    this.#setNotebook(notebook, true, ready?.program);
    await engine.configure(this.#configuration());
    await this.#fetchFiles(id);
    this.views.load(notebook, report.outputs);
    this.screen = "notebook";
    this.addressBar.show(this.#address);
    await this.#claim();
    if (!preview) this.versions.keep("opened");
    await this.#refreshTables();
    if (this.#mayQuery) void this.views.view((cell) => cell.kind === "sql");
  }

  // ---------------------------------------------------------------- other tabs

  /** Takes the notebook from the tab that has it. */
  async takeOver(): Promise<void> {
    const { id } = this;
    const run = this.desk.runs.find(({ state }) => state === "Running");
    await this.#afterOpening(async () => {
      if (id === undefined || id !== this.id) return;
      await this.#lock.takeOver();
      await this.#reopen(id);
    });
    const now = this.desk.runs.find((one) => one.run === run?.run);
    if (now && isFinal(now.state) && now.state !== "Success") {
      const { cancelledByTakingOver } = await import("./words/otherTabs.ts");
      this.notify("info", cancelledByTakingOver(now.flow));
    }
  }

  /** Makes the notebook one that another tab has, or without an id one of this tab; `reason` is why nothing can be changed. */
  #setFollowing(id: string | undefined, reason?: string): void {
    this.isFollowing = id !== undefined;
    this.readOnly = reason;
    this.#follower.follow(id);
  }

  /** Another tab takes the notebook: writes what there is, and follows from now on. */
  async #yield(id: string): Promise<void> {
    if (id !== this.id) return;
    await this.#saver.flush();
    const { running } = this.desk;
    if (running) await this.desk.cancelRun();
    const said = await import("./words/otherTabs.ts");
    // It may have been deleted.
    if (id !== this.id) return;
    this.#setFollowing(id, running ? said.takenOverRunning : said.takenOver);
    await this.#parts.database.open(id, { readOnly: true });
    await this.#follow();
  }

  /** The tab that had the notebook has let it go. */
  async #reopen(id: string): Promise<void> {
    if (id !== this.id) return;
    await this.#takeText(id);
    const report = await this.#parts.database.open(id);
    const readOnly = await this.#takeReport(id, report, false);
    // It may have been deleted.
    if (id !== this.id) return;
    this.#setFollowing(undefined, readOnly);
    this.files = report.files;
    this.#updateMissing();
    await this.desk.open(report, readOnly);
    this.desk.updatePlan();
    await this.#claim();
    this.#updateSchedules();
    await this.#refreshTables();
  }

  /** Shows what the tab that has the notebook has written. */
  async #follow(): Promise<void> {
    const { id } = this;
    const opening = this.#opening;
    if (id === undefined || !this.isFollowing) return;
    await this.#takeText(id);
    const report = await this.#parts.database.refresh();
    if (id !== this.id || opening !== this.#opening) return;
    this.files = report.files;
    this.#updateMissing();
    await this.desk.follow(report);
    await this.#refreshTables();
    void this.views.view((cell) => cell.kind === "sql");
  }

  /** Takes the text as it was saved last. */
  async #takeText(id: string): Promise<void> {
    const text = await this.#parts.library.read(id);
    // The tab that has it has kept it.
    if (text !== undefined && id === this.id && this.preview) {
      this.preview = undefined;
      this.addressBar.rename(this.#address);
    }
    if (text === undefined || text === this.markdown() || id !== this.id)
      return;
    const before = this.notebook;
    if (!before) return;
    const { parseNotebook, edits } = await this.#loadTools();
    const { notebook } = parseNotebook(text, makeId);
    this.#history = undefined;
    this.canUndo = this.canRedo = false;
    this.#setNotebook(edits.replaceText(before, notebook), true);
  }

  /** The text that stands here was not written, because another tab owns the notebook: it becomes a version. */
  async #keepOvertaken(): Promise<void> {
    await this.versions.keepOvertaken();
    const { overtaken, takenOver } = await import("./words/otherTabs.ts");
    if (this.id !== undefined) this.#setFollowing(this.id, takenOver);
    this.notify("error", overtaken);
    await this.#follow();
  }

  /** Looks at what was found when a notebook was opened; gives why nothing can be changed in it, if so. */
  async #takeReport(
    id: string,
    report: OpenReport,
    isFollowing: boolean,
  ): Promise<string | undefined> {
    const { damage, slow } = report;
    const isLost = !isFollowing && (await this.losses.check(id, report));
    if (isFollowing) this.losses.open = undefined;
    this.isDamaged = damage !== undefined;
    if (damage) this.notify("error", damage.message);
    if (slow !== undefined && !this.#isSlowTold) {
      this.#isSlowTold = true;
      const { compatibilityMode } = await import("./words/slowSaving.ts");
      this.notify("error", compatibilityMode(slow));
    }
    if (damage) return damage.message;
    if (isLost) return (await import("./words/losses.ts")).dataLost;
    if (!isFollowing) return undefined;
    return (await import("./words/otherTabs.ts")).openElsewhere;
  }

  #isSlowTold = false;
  /** Whether the browser was killed before this page was opened. */
  isAfterKill = false;

  /** Files that the app ships with an example come with it. */
  async #fetchFiles(id: string): Promise<void> {
    const notebook = this.notebook;
    if (!notebook || !id.startsWith("example-") || this.readOnly) return;
    for (const { name, url } of notebook.attachments) {
      if (this.files.some((file) => file.name === name)) continue;
      // Offline, a large one may not be there; opening the example again brings it.
      const response = await this.#parts.fetchExample(url).catch(() => null);
      if (response?.ok)
        await this.#parts.database.writeFile(name, await response.blob(), id);
    }
    this.files = await this.#parts.database.files();
    this.#updateMissing();
  }

  // ---------------------------------------------------------------- document

  markdown(): string {
    if (!this.notebook) return "";
    return this.#tools?.printNotebook(this.notebook) ?? this.#readyText;
  }

  /** Takes what was typed into a cell; `typing` says how, and where the writer was. */
  editCell(cell: string, source: string, typing: Typing = {}): void {
    this.#edit((notebook, edits) => edits.setSource(notebook, cell, source), {
      ...typing,
      typedIn: cell,
    });
    const edited = this.notebook?.cells.find(({ id }) => id === cell);
    if (edited) this.views.typed(edited);
  }

  insertCell(kind: CellKind, after: string | undefined): string {
    const id = makeId();
    this.#edit(
      (notebook, edits) => edits.insertCell(notebook, kind, after, id),
      {
        before: after === undefined ? undefined : { cell: after },
        after: { cell: id },
      },
    );
    this.selectedCell = id;
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
    this.#edit((notebook, edits) => edits.renameCell(notebook, cell, name));
  }

  setKind(cell: string, kind: CellKind): void {
    this.#edit((notebook, edits) => edits.setKind(notebook, cell, kind));
  }

  setTitle(title: string): void {
    this.#edit((notebook, edits) => edits.setTitle(notebook, title));
  }

  /** Changes the notebook in one step, with all that can be done to one at hand. Says so if that is not possible, and is false then. */
  async change(
    change: (notebook: Notebook, edits: DocumentTools["edits"]) => Notebook,
    carets: Pick<RecordOptions, "before" | "after"> = {},
  ): Promise<boolean> {
    await this.editable();
    const before = new Set(this.notebook?.cells);
    const isDone = this.#edit(change, carets);
    this.#renewViews(before);
    return isDone;
  }

  /** What reads, writes and changes notebooks, as soon as it is there and the text has all changes that came before. */
  async editable(): Promise<DocumentTools> {
    const tools = this.#tools ?? (await this.#loadTools());
    await this.#catchingUp;
    return tools;
  }

  /** One step back; says where the writer was, if that is known. */
  undo(): Caret | undefined {
    return this.#history && this.#setHistory(undo(this.#history));
  }

  redo(): Caret | undefined {
    return this.#history && this.#setHistory(redo(this.#history));
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

  /** What cells show that are not as before is old; queries are run again. */
  #renewViews(before: ReadonlySet<Cell>): void {
    const changed = this.notebook?.cells.filter((cell) => !before.has(cell));
    for (const { id } of changed ?? []) this.views.markStale(id);
    if (changed?.some(({ kind }) => kind === "sql"))
      void this.views.view(
        (cell) => cell.kind === "sql" && changed.includes(cell),
      );
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

  /** Compiles and draws the text again, since more of it is there; what cells show is from before. */
  async redraw(): Promise<void> {
    if (!this.notebook) return;
    for (const { id } of this.notebook.cells) this.views.markStale(id);
    this.#drawing.update(this.notebook, true);
    await this.#drawing.settled();
  }

  /** Writes the notebook to the library now. */
  save(): Promise<void> {
    return this.#saver.save();
  }

  /** The page may be about to go away: saves at once what is not saved yet. */
  flush(): void {
    const { library, mirror } = this.#parts;
    mirror.flush();
    const words = this.#saver.isSaved ? undefined : this.#toWrite();
    if (words) library.leave(words);
    this.#isUnasked = true;
    void this.#saver.flush();
    this.#isUnasked = false;
  }

  /** Writes the notebook as its owner from now on. */
  async #claim(): Promise<void> {
    this.#isUnasked = true;
    const saving = this.save();
    this.#isUnasked = false;
    await saving;
  }

  /** The notebook as it is to be written, if this page may. */
  #toWrite(): LastWords | undefined {
    const { id, notebook } = this;
    if (!id || !notebook || this.readOnly || this.preview) return undefined;
    const text = this.markdown();
    const entry: LibraryEntry = {
      id,
      title: notebook.title,
      updatedAt: Date.now(),
      lastState: this.desk.runs[0]?.state,
      owner: this.#owner,
      isShipped: text === this.#shipped,
    };
    const history = this.#history && this.#tools?.keepHistory(this.#history);
    return { entry, text, history };
  }

  async #write(): Promise<void> {
    const { library, mirror } = this.#parts;
    const words = this.#toWrite();
    if (!words) return;
    const { entry, text, history } = words;
    const { id, title } = entry;
    mirror.note(id, { title });
    this.#copies.changed();
    if (this.#isUnasked) await library.write(id, entry, text, history);
    else
      try {
        await library.writeAsOwner(id, entry, text, history);
      } catch (thrown) {
        const isOvertaken = toErrorData(thrown).code === "storage-conflict";
        if (!isOvertaken || id !== this.id) throw thrown;
        return this.#keepOvertaken();
      }
    this.#tabs.send({ type: "saved", notebook: id });
  }

  /** What can be undone in a notebook that is being opened, if it ends with the text that was read. */
  async #readHistory(id: string, text: string): Promise<History | undefined> {
    const [kept, { printNotebook, restoreHistory }] = await Promise.all([
      this.#parts.library.readHistory(id),
      this.#loadTools(),
    ]);
    const history = restoreHistory(kept);
    return history && printNotebook(history.present) === text
      ? history
      : undefined;
  }

  /** Changes that came before texts could be changed, in order. */
  #early: (() => void)[] = [];
  #catchingUp: Promise<void> = Promise.resolve();

  /** Does something once texts can be changed; all together, so that nobody sees a text that is only half there. */
  #whenEditable(act: () => void): void {
    this.#early.push(act);
    if (this.#early.length > 1) return;
    this.#catchingUp = this.#orNotice(() =>
      this.#loadTools().finally(() => {
        const early = this.#early;
        this.#early = [];
        if (this.#tools) for (const change of early) change();
      }),
    );
  }

  /** Changes the text, or says why that cannot be and is false. */
  #edit(
    change: (notebook: Notebook, edits: DocumentTools["edits"]) => Notebook,
    record: Omit<RecordOptions, "at"> = {},
  ): boolean {
    const tools = this.#tools;
    if (!tools) {
      this.#whenEditable(() => this.#edit(change, record));
      return true;
    }
    const before = this.notebook;
    if (!before) return false;
    if (this.readOnly) {
      this.notify("error", this.readOnly);
      return false;
    }
    try {
      const after = change(before, tools.edits);
      this.#setHistory(
        recordChange(this.#history ?? startHistory(before), after, {
          ...record,
          at: performance.now(),
        }),
      );
      if (this.preview) void this.#orNotice(() => this.#keepEdited());
      return true;
    } catch (thrown) {
      this.notify("error", toErrorData(thrown).message);
      return false;
    }
  }

  /** No edit is lost: what the reader changes is kept. */
  async #keepEdited(): Promise<void> {
    if (this.isEmbedded) return;
    await this.keep();
    const { copyKept } = await import("./words/previewKept.ts");
    this.notify("info", copyKept);
  }

  #setHistory(history: History): Caret | undefined {
    this.#history = history;
    this.canUndo = history.past.length > 0;
    this.canRedo = history.future.length > 0;
    if (history.present === this.notebook) return undefined;
    this.#setNotebook(history.present);
    this.#saver.changed();
    if (this.#undoOffer !== undefined) this.notices.close(this.#undoOffer);
    return history.caret;
  }

  #setNotebook(notebook: Notebook, atOnce = false, program?: Program): void {
    this.notebook = notebook;
    this.hosts.name(notebook.network);
    this.#updateMissing();
    this.#drawing.update(notebook, atOnce, program);
  }

  /** What is wrong with the file apart from its cells. That can only be at its head, in front matter or what should be some. */
  #fileDiagnostics(): readonly Diagnostic[] {
    if (!this.notebook || !this.#tools) return [];
    const { parseNotebook, printNotebook } = this.#tools;
    const cells = this.notebook.cells.slice(0, 1);
    const head = printNotebook({ ...this.notebook, cells });
    return parseNotebook(head).diagnostics.filter(
      ({ cell }) => cell === undefined,
    );
  }

  #onDrawn(drawn: Drawn): void {
    const program = { ...drawn.program, notebook: this.id };
    this.#program = program;
    this.views.compiled(program);
    this.diagnostics = [...drawn.diagnostics, ...this.#fileDiagnostics()];
    this.flows = drawn.flows;
    if (!drawn.flows.some(({ name }) => name === this.flowName))
      this.flowName = drawn.flows[0]?.name;
    this.desk.updatePlan();
    this.#updateSchedules();
  }

  // ---------------------------------------------------------------- running

  selectFlow(name: string): void {
    this.flowName = name;
    this.parameters = {};
    const last = this.desk.last(name);
    if (last) void this.desk.showRun(last.run);
    this.desk.updatePlan();
    this.#updateNextRun();
  }

  setParameter(name: string, value: unknown): void {
    const { [name]: _, ...others } = this.parameters;
    this.parameters =
      value === undefined ? others : { ...others, [name]: value };
    this.desk.updatePlan();
    if (this.#mayQuery) this.views.changedParameters();
  }

  /** Runs the selected flow with the parameters of the form. */
  async startRun(options: { from?: NodeId; to?: NodeId } = {}): Promise<void> {
    const form = { ...this.#formOptions(), ...options };
    await this.#start(() => this.desk.runFlow(form));
  }

  async resumeRun(): Promise<void> {
    const form = this.#formOptions();
    await this.#start(() => this.desk.resumeFlow(form));
  }

  /** Starts something in the notebook on show; says why if that cannot be. */
  #start(action: () => Promise<unknown>): Promise<void> {
    return this.#orNotice(async () => {
      await this.#settledHere();
      await action();
    });
  }

  /** What the form says, defaults included: a value that was set back to its default is meant, also in a resumption. */
  #formOptions(): RunOptions {
    return {
      ...(this.flowName === undefined ? {} : { flow: this.flowName }),
      parameters: this.formParameters(),
    };
  }

  formParameters(): Record<string, unknown> {
    const view = this.flows.find(({ name }) => name === this.flowName);
    const defaults = (view?.graph ? parametersOf(view.graph) : [])
      .filter(({ required }) => !required)
      .map((parameter) => [parameter.name, parameter.default] as const);
    return { ...Object.fromEntries(defaults), ...this.parameters };
  }

  // ---------------------------------------------------------------- schedules

  #isScheduled = false;

  /** Lets the flows of this notebook run at their times, or not. */
  async setSchedule(isOn: boolean): Promise<void> {
    await this.#settledHere();
    if (this.readOnly) throw new FlowError("read-only", this.readOnly);
    this.#isScheduled = isOn;
    await this.#parts.library.writeSetting(`schedule:${this.id}`, isOn);
    this.#updateSchedules();
  }

  /** The schedules of a flow as it stands in the text. */
  schedulesOf(flow: string): readonly Schedule[] {
    const view = this.flows.find(({ name }) => name === flow);
    return view?.graph && !view.error ? view.graph.settings.schedules : [];
  }

  #updateSchedules(): void {
    const flows = this.flows.flatMap(({ name }) => {
      const schedules = this.schedulesOf(name);
      return schedules.length > 0 ? [{ flow: name, schedules }] : [];
    });
    this.scheduleOn = flows.length > 0 ? this.#isScheduled : undefined;
    const isInForce =
      this.#isScheduled && !this.readOnly && this.id !== undefined;
    this.#schedules.set(isInForce ? flows : []);
    this.#updateNextRun();
  }

  #updateNextRun(): void {
    this.nextRunAt =
      this.flowName === undefined
        ? undefined
        : this.#schedules.next(this.flowName)?.at;
  }

  async #runScheduled(
    flow: string,
    at: number,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    // Runs do not overlap: a time at which another is going on is missed.
    if (this.desk.running || this.readOnly) return;
    await this.#start(() =>
      this.desk.runFlow({ flow, parameters: { ...parameters } }, at),
    );
  }

  /** Whether database or files are being changed, so that no run may begin. */
  get isAtWork(): boolean {
    return this.#works > 0;
  }

  /** The notebook as it was compiled last. */
  get program(): Program | undefined {
    return this.#program;
  }

  /** The engine tells what happens in a run. */
  receive(update: EngineUpdate): void {
    this.desk.receive(update);
    const outputs = update.displays.map(({ output }) => output);
    if (outputs.some(({ type }) => type === "notification"))
      void this.#browserNotices().then((notices) => notices.take(outputs));
  }

  #notifying: Promise<BrowserNotices> | undefined;

  /** Fetched when a task first tells something. */
  #browserNotices(): Promise<BrowserNotices> {
    this.#notifying ??= import("./browserNotices.ts").then(
      ({ BrowserNotices, browserNotifications }) =>
        new BrowserNotices(browserNotifications(), {
          title: () => this.notebook?.title ?? "Flowbook",
          now: () => Date.now(),
          notify: (message, action) => this.notify("info", message, action),
        }),
    );
    return this.#notifying;
  }

  /** A run is about to go on, with the text as it stands. */
  starts(run: string): void {
    this.versions.keep("run", run);
  }

  /** A run has come to rest: shows what it left. */
  async rested(): Promise<void> {
    if (this.desk.runs[0]?.state === "Success")
      void this.storage.askToPersist().catch(() => undefined);
    await this.#refreshTables();
    void this.views.rested();
    this.#saver.changed();
  }

  /** Calls of the page API wait until this is done: what the address names is open. */
  begin(starting: Promise<void>): void {
    this.#starting = starting;
  }

  /** Settles when what the address names is open. */
  async started(): Promise<void> {
    await this.#starting;
  }

  /** The graph of a flow as it stands in the text; rejects if the text cannot be drawn. */
  async graphOf(flow?: string): Promise<Graph> {
    await this.settled();
    const view = await this.flowView(flow);
    const { name, graph, error } = view;
    if (graph && !error) return graph;
    const { flowNotDrawn } = await import("./words/notFound.ts");
    throw new FlowError(
      error?.code ?? "cell-failed",
      flowNotDrawn({ flow: name, reason: error?.message }),
      { place: error?.place },
    );
  }

  /** The same with what the form says: what a button would do. */
  planOfForm(
    options: { from?: NodeId; to?: NodeId; resume?: boolean } = {},
  ): Promise<readonly PlanItem[]> {
    return this.desk.planOf({ ...this.#formOptions(), ...options });
  }

  /** Settles when what was opened last is open and drawn, and nothing is being done to its database. */
  async settled(): Promise<void> {
    await this.#starting;
    let opening;
    do {
      opening = this.#opening;
      await opening;
      await this.#atWork;
      await this.#catchingUp;
      await this.#drawing.settled();
    } while (opening !== this.#opening);
  }

  /** The same for what means the notebook on show, once that is loaded which does it: rejects if another one was opened meanwhile. */
  async #settledHere(loading?: Promise<unknown>): Promise<void> {
    const { id } = this;
    await loading;
    await this.settled();
    if (id === undefined || id === this.id) return;
    const { anotherOpened } = await import("./words/anotherOpened.ts");
    throw new FlowError("storage-conflict", anotherOpened);
  }

  /** A flow of the text, by its name; without one the selected or the first. */
  async flowView(name: string | undefined): Promise<FlowView> {
    const view =
      name === undefined
        ? (this.flows.find((flow) => flow.name === this.flowName) ??
          this.flows[0])
        : this.flows.find((flow) => flow.name === name);
    if (view) return view;
    const { unknownFlow } = await import("./unknownFlow.ts");
    throw unknownFlow(name, this.flows, this.diagnostics, this.notebook?.cells);
  }

  // ---------------------------------------------------------------- outputs

  /** Evaluates a view or SQL cell, and shows what it displays. */
  async runCell(cell: string): Promise<void> {
    await this.#start(() => this.views.view(({ id }) => id === cell));
  }

  /** What a cell shows, by its name; evaluates it first if that is out of date. */
  async outputOf(name: string): Promise<Output | undefined> {
    await this.settled();
    return this.views.outputOf(name);
  }

  /** Whether the flows are those of the open notebook; only then is it known whether there are any. */
  get isDrawn(): boolean {
    return this.flows !== undrawn;
  }

  drawn(): Promise<void> {
    return this.#drawing.settled();
  }

  hasRun(flow: string): boolean {
    return this.desk.last(flow) !== undefined;
  }

  async flowResults(): Promise<
    Record<string, { state: RunState["state"]; result: unknown }>
  > {
    const results: Awaited<ReturnType<Session["flowResults"]>> = {};
    for (const { name } of this.flows) {
      const last = this.desk.last(name);
      if (!last) continue;
      const result = await this.desk.flowResult(last);
      results[name] = { state: last.state, result };
    }
    return results;
  }

  // ---------------------------------------------------------------- data

  async query(
    sql: string,
    parameters: readonly unknown[],
  ): Promise<Record<string, unknown>[]> {
    await this.settled();
    const { rows } = await this.#parts.database.query(
      sql,
      parameters as readonly string[],
    );
    return [...rows];
  }

  rows(sql: string, limit?: number): Promise<QueryResult> {
    return this.#parts.database.query(sql, [], limit);
  }

  exportDatabase(options?: { history?: boolean }): Promise<Blob> {
    return this.#parts.database.exportDatabase(options);
  }

  exportRows(
    sql: string,
    as: { format: ExportFormat; table: string },
  ): Promise<Blob> {
    return this.#parts.database.exportRows(sql, as);
  }

  /** Puts an SQLite file in the place of the notebook's database; a notice offers the way back. */
  importDatabase(file: File | Blob, said?: string): Promise<void> {
    return this.#changeStored((it, host) =>
      it.importDatabase(host, file, said),
    );
  }

  /** Keeps a file with the notebook; in the place of another of its name, a notice offers the way back. */
  attach(name: string, data: Blob): Promise<void> {
    return this.#changeStored((it, host) => it.attach(host, name, data));
  }

  /** Removes a file; a notice offers the way back. */
  removeFile(name: string): Promise<void> {
    return this.#changeStored((it, host) => it.removeFile(host, name));
  }

  async renameFile(from: string, to: string): Promise<void> {
    if (from !== to)
      await this.#changeStored((it, host) => it.renameFile(host, from, to));
  }

  /** Changes what is in the database or the files of the notebook on show, which stays open until that is done. */
  async #changeStored(
    work: (
      changes: typeof import("./storedChanges.ts"),
      host: StoredHost,
    ) => Promise<void>,
  ): Promise<void> {
    const loading = import("./storedChanges.ts");
    await this.#settledHere(loading);
    if (this.readOnly) throw new FlowError("read-only", this.readOnly);
    const done = work(await loading, {
      session: this,
      database: this.#parts.database,
      listFiles: () => this.#listFiles(),
      attempt: this.#orNotice,
    });
    this.#atWork = Promise.allSettled([this.#atWork, done]);
    this.#works += 1;
    try {
      await done;
    } finally {
      this.#works -= 1;
    }
  }

  /** What a file holds; it is read by slices when somebody asks for them. */
  readFile(name: string): Promise<Blob | undefined> {
    return this.#parts.database.readFile(name);
  }

  /** Evaluates a cell of ours in the sandbox, as a preview of a file needs it. */
  viewProgram(program: Program, cell: string): Promise<readonly Output[]> {
    const own = { ...program, notebook: this.id };
    return this.#parts.engine.preview(own, cell);
  }

  async #listFiles(): Promise<void> {
    this.files = await this.#parts.database.files();
    this.#updateMissing();
  }

  async #refreshTables(): Promise<void> {
    this.tables = await this.#parts.database.tables();
  }

  #isLooking = false;

  /** Commits may come many a second. */
  #lookAtTables(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    setTimeout(() => {
      this.#isLooking = false;
      void this.#refreshTables().catch(() => undefined);
    }, 500);
  }

  #updateMissing(): void {
    const there = new Set(this.files.map(({ name }) => name));
    this.missingFiles =
      this.notebook?.attachments
        .map(({ name }) => name)
        .filter((name) => !there.has(name)) ?? [];
  }

  // ---------------------------------------------------------------- permissions

  /** Lets the notebook contact a host, or not. */
  async allow(origin: string, isAllowed = true): Promise<void> {
    await this.#settledHere();
    await this.hosts.decide(origin, isAllowed);
    await this.#parts.engine.configure(this.#configuration());
  }

  #configuration(): Parameters<EngineService["configure"]>[0] {
    return {
      notebook: this.id,
      workers: this.notebook?.workers ?? this.#parts.workers,
      hosts: this.hosts.allowed,
    };
  }

  // ---------------------------------------------------------------- sharing and notices

  /** Does something, such as a run, during which no host can be contacted. */
  async withoutNetwork(action: () => Promise<unknown>): Promise<void> {
    const { engine } = this.#parts;
    this.hosts.isOffline = true;
    await engine.configure(this.#configuration());
    try {
      await action();
    } finally {
      this.hosts.isOffline = false;
      await engine.configure(this.#configuration());
    }
  }

  async shareUrl(): Promise<string> {
    await this.settled();
    const { makeLink } = await import("../notebook/link.ts");
    return `${location.origin}${location.pathname}${await makeLink(this.markdown())}`;
  }

  notify(
    kind: Notice["kind"],
    message: string,
    action?: Notice["action"],
  ): void {
    this.notices.add(kind, message, action);
  }

  /** Says what the last change has done and offers to undo it, until something else is changed. */
  offerUndo(message: string, undo: () => unknown = () => this.undo()): void {
    const run = (): void => void undo();
    this.#undoOffer = this.notices.offer(message, {
      label: words.undo,
      run,
    });
  }

  readonly #orNotice = async (action: () => Promise<unknown>) => {
    try {
      await action();
    } catch (thrown) {
      this.notify("error", toErrorData(thrown).message);
    }
  };
}
