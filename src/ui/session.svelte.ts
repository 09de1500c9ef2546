/**
 * The view model of the page: all that it shows, and every action that a reader can take. Components read fields and call
 * methods; `window.flowbook` calls the same methods. It is long because it is the one place where document, drawing, runs
 * and outputs meet; each of these does its own work in a file of its own.
 */
import type { Remote } from "comlink";
import { reasonOf } from "../core/errorCauses.ts";
import { FlowError, toErrorData } from "../core/errors.ts";
import type { Graph, NodeId } from "../core/graph.ts";
import type { PlanItem } from "../core/plan.ts";
import type { RunState } from "../core/run.ts";
import type { SqlParameters } from "../core/sqlInput.ts";
import { isFinal } from "../core/state.ts";
import type { Clock } from "../engine/clock.ts";
import type { Output } from "../engine/protocol.ts";
import type {
  DatabaseService,
  EngineService,
  EngineUpdate,
  ExportOptions,
  OpenReport,
  QueryResult,
  StoredFile,
  TableSchema,
} from "../engine/services.ts";
import { isAuto } from "../notebook/autoFlag.ts";
import type { Program } from "../notebook/compile/program.ts";
import type { Diagnostic, Notebook } from "../notebook/document.ts";
import type { History } from "../notebook/history.ts";
import type { ProseNode } from "../notebook/prose/tree.ts";
import type { Library, LibraryEntry } from "../storage/library.ts";
import type { Mirror } from "../storage/mirror.ts";
import { AddressBar } from "./addressBar.ts";
import { printAddress } from "./address.ts";
import type { AutoRuns } from "./autoRuns.ts";
import type { BrowserNotices } from "./browserNotices.ts";
import { CellViews } from "./cellViews.svelte.ts";
import { CopyKeeper } from "./copyKeeper.ts";
import type { Removals } from "./deletion.ts";
import { deletedMark } from "./deletedMark.ts";
import { exampleOf, idOfExample, readExample } from "./examples.ts";
import { Drawing, type Drawn, type FlowView } from "./drawing.ts";
import { fetchFiles } from "./exampleFiles.ts";
import { nameNow } from "./flowName.ts";
import type { RunOptions } from "./pageApi.ts";
import type { NextRun } from "./flowSchedules.ts";
import { Follower } from "./follower.ts";
import { HostPermissions } from "./hostPermissions.svelte.ts";
import { makeId } from "../runs/makeId.ts";
import { Losses } from "./losses.svelte.ts";
import { NotebookLock } from "./notebookLock.ts";
import { Packages } from "./packages/packages.svelte.ts";
import { NotebookSaver } from "./notebookSaver.ts";
import { NotebookSchedules } from "./notebookSchedules.svelte.ts";
import { NotebookText } from "./notebookText.svelte.ts";
import { NotebookVersions } from "./notebookVersions.ts";
import { Notices, type Notice } from "./notices.svelte.ts";
import type { Leftovers } from "./preview/leftovers.ts";
import type { Preview, Source } from "./preview/previews.ts";
import { parametersOf } from "../runs/parametersOf.ts";
import { RunDesk } from "./runDesk.svelte.ts";
import { StorageUse } from "./storageUse.svelte.ts";
import type { ExportWatch } from "./tables/exportFile.ts";
import type { StoredHost } from "./storedChanges.ts";
import type { TabMessages } from "./tabMessages.ts";
import * as words from "./words/session.ts";

export type { FlowView, LibraryEntry };

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
  tabs: TabMessages;
  /** An example that needs no reading, if it is there. */
  readyExample(name: string): Promise<ReadyExample | undefined>;
  /** Fetches a file of the app's own `examples` folder. */
  fetchExample(path: string): Promise<Response>;
  /** How many task workers unless the notebook says otherwise. */
  workers: number;
  clock: Clock;
  /** Whether the page is inside a page of somebody else: it shows the notebook of its own link then, and keeps nothing. */
  isEmbedded: boolean;
  /** Whether the browser lets the page store nothing: what is opened can be read only. */
  isDenied: boolean;
  /** Has the browser ask before the page goes away with something that is lost then, or not any more. */
  guardClosing(this: void, isGuarded: boolean): void;
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
  /** The text that was stored of it when it was read, if any was. */
  stored?: string | undefined;
}

/** What the address names could not be opened. */
export interface AddressProblem {
  title: string;
  message: string;
  /** Whether the address is good, and the browser's storage is to blame. */
  isOfStorage?: boolean;
}

/** The flows of a notebook that is not drawn yet. */
const undrawn: readonly FlowView[] = [];

export class Session {
  screen = $state<"home" | "notebook" | "problem">("home");
  problem = $state.raw<AddressProblem>();
  /** The notebooks that are kept, last changed first; undefined while that is not known. */
  library = $state.raw<readonly LibraryEntry[]>();
  examples = $state.raw<readonly Example[]>([]);

  id = $state<string>();
  diagnostics = $state.raw<readonly Diagnostic[]>([]);
  flows = $state.raw<readonly FlowView[]>(undrawn);
  /** The flow that Run means, and that the graph shows. */
  flowName = $state<string>();
  /** Values of the parameter form of that flow, by name; missing ones have their default. */
  parameters = $state.raw<Readonly<Record<string, unknown>>>({});
  tables = $state.raw<readonly TableSchema[]>([]);
  files = $state.raw<readonly StoredFile[]>([]);
  /** Attachments that come with the notebook and are not there yet. */
  comingFiles = $state.raw<readonly string[]>([]);
  /** Attachments that the notebook names but that are not there, and do not come. */
  missingFiles = $state.raw<readonly string[]>([]);
  selectedCell = $state<string>();
  selectedNode = $state<NodeId>();
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
  #drawing: Drawing;
  #program: Program | undefined;
  #starting: Promise<void> = Promise.resolve();
  #opening: Promise<void> = Promise.resolve();
  /** What is being done to the database of the notebook on show: another one is opened afterwards. */
  #atWork: Promise<unknown> = Promise.resolve();
  /** How much of that is going on. */
  #works = 0;
  readonly #tabs: TabMessages;
  readonly #lock: NotebookLock;
  readonly #follower: Follower;
  readonly #removals: Removals = new Map();

  readonly text = new NotebookText(this);
  /** The notebook's runs. */
  readonly desk: RunDesk;
  readonly schedules: NotebookSchedules;
  readonly versions: NotebookVersions;
  /** What cells show below themselves. */
  readonly views: CellViews;
  readonly hosts: HostPermissions;
  readonly packages = new Packages(this);
  readonly notices = new Notices();
  readonly addressBar: AddressBar;
  readonly storage = new StorageUse();
  readonly losses: Losses;
  readonly #saver: NotebookSaver;
  readonly #copies = new CopyKeeper(() => this.#copy());

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#tabs = parts.tabs;
    this.#lock = new NotebookLock(parts.tabs, {
      lost: (id) => this.#afterOpening(() => this.#yield(id)),
      won: (id) => void this.#afterOpening(() => this.#reopen(id)),
    });
    this.#follower = new Follower(
      parts.tabs,
      () => this.#opening.catch(() => {}).then(() => this.#follow()),
      (told) =>
        this.desk.receive({ ...told, events: [], firstEvent: 0, displays: [] }),
    );
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
    this.#saver = new NotebookSaver(parts, this);
    this.schedules = new NotebookSchedules(parts.clock, parts.library, this);
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
    // The site's share of the disk may be used up: notebooks are deleted there. Nothing is lost by going, the text stays in this page.
    await this.save().catch((thrown: unknown) =>
      this.tellUnsaved(toErrorData(thrown).message),
    );
    this.screen = "home";
    this.problem = undefined;
    this.addressBar.show("");
    await this.#orNotice(() => this.refreshLibrary());
  }

  /** Why the notebook cannot be saved, as it was told last. */
  #unsaved: string | undefined;

  /** Says why the notebook cannot be saved, until it can; where it is not on show, that it is the one that was left. */
  tellUnsaved(reason: string | undefined): void {
    this.#unsaved = reason;
    if (reason === undefined) return this.notices.tellUnsaved(undefined);
    void import("./words/notSaved.ts")
      .then(
        ({ notSaved }) => notSaved(reason, this.screen === "home"),
        () => reason,
      )
      .then((message) => {
        if (!this.#saver.isSaved) this.notices.tellUnsaved(message);
      });
  }

  /** Whether something is lost when the page is closed now. */
  get isAtRisk(): boolean {
    return this.#saver.isAtRisk;
  }

  async refreshLibrary(): Promise<void> {
    void this.storage.look().catch(() => undefined);
    const entries = await this.#parts.library.list();
    this.library = entries;
    if (!this.#parts.isDenied) await this.losses.look(entries);
  }

  /** Brings back a notebook that the browser lost, from its copy. */
  async restoreLost(id: string): Promise<void> {
    await this.losses.restore(id);
    if (id === this.id && this.screen === "notebook") {
      const text = await this.#parts.library.read(id);
      await this.#open(() =>
        Promise.resolve({
          ...{ id, stored: text },
          text: text ?? this.text.markdown(),
        }),
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
    const text = this.text.markdown();
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
      await this.#mayStore();
      if (text === undefined) {
        const { unknownNotebook } = await import("./words/unknownNotebook.ts");
        throw new FlowError("notebook-syntax", unknownNotebook);
      }
      return { id, text, query, stored: text };
    });
  }

  /**
   * Shows the notebook again that was left for the list, if it is that one, and if a run of it goes on, which an opening ends, or
   * it was not saved: it is nowhere else.
   */
  #returnTo(id: string): boolean {
    if (id !== this.id || this.screen !== "home") return false;
    if (this.#saver.isSaved && !this.desk.running) return false;
    this.screen = "notebook";
    this.addressBar.show(this.#address);
    this.tellUnsaved(this.#unsaved);
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
      await this.#mayStore();
      const id = makeId();
      await this.schedules.begin(id);
      return { id, text };
    });
  }

  /** Rejects where nothing can be stored. */
  async #mayStore(): Promise<void> {
    if (!this.#parts.isDenied) return;
    const { storageDenied } = await import("./words/storage.ts");
    throw new FlowError("storage-failed", storageDenied);
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
      await this.#saver.claim();
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
      leave: () =>
        this.#afterOpening(async () => {
          if (this.id !== id) return;
          if (this.desk.running) await this.desk.cancelRun();
          await this.#saver.flush();
          this.#leave();
        }),
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
    // Nothing may be saved or run as that of the notebook any more.
    this.id = undefined;
    this.#abandon();
    this.schedules.stop();
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
    this.schedules.stop();
    this.#abandon();
    const abandoned = new Promise<undefined>(
      (resolve) => (this.#abandon = () => resolve(undefined)),
    );
    const opening = this.#opening
      .catch(() => {})
      .then(async () => {
        await this.#endRun();
        if (this.isAtWork) {
          const { tellWaiting } = await import("./storedChanges.ts");
          tellWaiting(this.notices, this.#atWork);
        }
        await this.#atWork;
        await this.text.caughtUp();
        await this.save();
        const [first] = await Promise.all([
          read(),
          mayBeReady ? undefined : this.text.loadTools(),
        ]);
        // Whoever made the page around this one may know the id of a notebook.
        if (this.isEmbedded && !first.preview) {
          const { embeddedOnly } = await import("./words/embedding.ts");
          throw new FlowError("read-only", embeddedOnly);
        }
        const { id } = first;
        // What was left of it is not to be found now, nor to be removed while it is open.
        await this.#removals.get(id)?.();
        if (await this.#parts.library.readSetting(deletedMark(id)))
          await (await this.leftovers()).endDeleted(id);
        try {
          const isOurs = await this.#acquire(id);
          const opened = await this.#latest(first, read);
          query = opened.query;
          const { text, ready } = opened;
          const history = ready ? undefined : await this.#readHistory(id, text);
          const notebook =
            ready?.notebook ??
            history?.present ??
            (await this.text.loadTools()).parseNotebook(text).notebook;
          await this.#show(opened, notebook, history, isOurs, abandoned);
        } catch (thrown) {
          // Lock, database and runs may be those of what could not be opened, and not those of what is on show.
          if (this.id !== id) {
            void this.#saver.flush();
            if (this.#leave()) void this.refreshLibrary().catch(() => {});
          }
          const { offerCopy } = await import("./offerCopy.ts");
          const { database } = this.#parts;
          await offerCopy(this, database, id, this.#orNotice);
          throw thrown;
        }
      });
    this.#opening = opening;
    await opening.catch((thrown: unknown) => {
      this.schedules.update();
      throw thrown;
    });
    await this.#drawing.settled();
    if (!query?.size && this.desk.runs.length === 0) return;
    // Where that cannot be fetched the form has the defaults.
    const part = await import("./preview/fillForm.ts").catch(() => undefined);
    if (opening === this.#opening) part?.fillForm(this, query);
  }

  /** Another notebook comes: a run of the one on show ends, which is said. */
  async #endRun(): Promise<void> {
    if (!this.desk.running) return;
    const [newest] = this.desk.runs;
    await this.desk.cancelRun();
    const { flow, state } = this.desk.runs[0] ?? {};
    if (newest?.state === "Running" && state === "Cancelled")
      void import("./words/anotherOpened.ts").then(({ runEnded }) =>
        this.notify("info", runEnded(flow!)),
      );
  }

  /** Whether this tab may change a notebook from now on. */
  async #acquire(id: string): Promise<boolean> {
    // What such a page has is in its memory, so no other tab can have it; and browsers may deny it locks.
    if (this.isEmbedded || this.#parts.isDenied) return true;
    return this.#lock.acquire(id);
  }

  /** What was opened, read again if another tab has written it since: whose it is was not settled when it was read. */
  async #latest(opened: Opened, read: () => Promise<Opened>): Promise<Opened> {
    if (opened.preview) return opened;
    const stored = await this.#parts.library.read(opened.id);
    return stored === opened.stored ? opened : read();
  }

  async #show(
    { id, text, ready, preview, query, isShipped }: Opened,
    notebook: Notebook,
    kept: History | undefined,
    isOurs: boolean,
    abandoned: Promise<undefined>,
  ): Promise<void> {
    this.#copies.stop();
    if (id !== this.id) this.notices.leaveNotebook(this.id);
    const { database, engine } = this.#parts;
    // One may have begun while this was read.
    await this.#endRun();
    // Code of the notebook before, such as a cell that is being viewed, would be answered with the data of this one.
    if (this.#program && id !== this.id) {
      this.views.leave();
      await engine.configure({ workers: 1, hosts: [], notebook: id });
    }
    const report = await database.open(id, {
      readOnly: !isOurs,
      isDoubtful: this.isAfterKill,
      ...this.losses.known(id),
    });
    await this.hosts.load(id, preview?.code);
    const isScheduled = await this.schedules.isWanted(id);
    const readOnly = await this.#takeReport(id, report, !isOurs);
    // With the state of its own last run.
    await this.#saver.flush();
    await this.desk.open(report, readOnly);
    // Until here the reader can type in the notebook before; what comes now is done together, so that no text is ever saved
    // under the id of another notebook, or recorded in its history.
    void this.#saver.flush();
    this.#setFollowing(isOurs ? undefined : id, readOnly);
    this.#drawing.reset();
    this.#program = undefined;
    this.diagnostics = [];
    this.flows = undrawn;
    this.flowName = this.desk.runs[0]?.flow;
    this.#missed = undefined;
    this.parameters = {};
    this.selectedCell = undefined;
    this.selectedNode = undefined;
    this.files = report.files;
    this.#fetching = undefined;
    this.#adding = undefined;
    this.addingFiles = new Map();
    this.comingFiles =
      id.startsWith("example-") && !readOnly
        ? missingOf(notebook, report.files)
        : [];
    this.schedules.stop(isScheduled);
    this.id = id;
    this.#saver.open(isShipped ? text : undefined);
    this.preview = preview;
    this.#query = query ?? new URLSearchParams();
    this.isReading = this.isEmbedded || this.#query.get("view") === "app";
    this.problem = undefined;
    const history = isOurs ? kept : undefined;
    this.text.open({ notebook, text, history, program: ready?.program });
    await engine.configure(this.#configuration());
    if (this.comingFiles.length > 0) this.#fetchFiles(abandoned);
    this.views.load(notebook, report.outputs);
    this.screen = "notebook";
    this.addressBar.show(this.#address);
    await this.#saver.claim();
    if (!preview) this.versions.keep("opened");
    await this.refreshTables();
    if (this.#mayQuery) void this.views.view((cell) => cell.kind === "sql");
  }

  /** Opens the store of the notebook in a database that was started in the place of another. */
  async openIn(database: Pick<DatabaseService, "open">): Promise<void> {
    const { id, isFollowing } = this;
    if (id === undefined) return;
    const known = this.losses.known(id);
    await database.open(id, { readOnly: isFollowing, ...known });
  }

  // ---------------------------------------------------------------- other tabs

  /** Takes the notebook from the tab that has it. */
  async takeOver(): Promise<void> {
    const { id } = this;
    // The one that goes on there may not have been heard of here yet.
    const ended = this.desk.runs.filter(({ state }) => isFinal(state));
    const before = new Set(ended.map(({ run }) => run));
    await this.#afterOpening(async () => {
      if (id === undefined || id !== this.id) return;
      await this.#lock.takeOver();
      await this.#reopen(id);
    });
    const now = this.desk.runs.find(
      ({ run, state }) =>
        !before.has(run) && isFinal(state) && state !== "Success",
    );
    if (now) {
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
    const { running } = this.desk;
    await this.#saver.flush();
    if (running) await this.desk.cancelRun();
    await this.#followAfterLoss(id, running);
    // It may have been deleted.
    if (id !== this.id) return;
    await this.#parts.database.open(id, { readOnly: true });
    await this.#follow();
  }

  /** Another tab has the notebook now. What is said of that stays, however often and late it is noticed. */
  async #followAfterLoss(id: string, wasRunning: boolean): Promise<void> {
    const said = await import("./words/otherTabs.ts");
    if (id !== this.id || this.isFollowing) return;
    this.#setFollowing(id, wasRunning ? said.takenOverRunning : said.takenOver);
  }

  /** The tab that had the notebook has let it go. */
  async #reopen(id: string): Promise<void> {
    if (id !== this.id) return;
    await this.#takeText(id);
    const known = this.losses.known(id);
    const report = await this.#parts.database.open(id, known);
    const readOnly = await this.#takeReport(id, report, false);
    // It may have been deleted.
    if (id !== this.id) return;
    this.#setFollowing(undefined, readOnly);
    this.files = report.files;
    this.#updateMissing();
    await this.desk.open(report, readOnly);
    this.desk.updatePlan();
    await this.#saver.claim();
    this.schedules.update();
    await this.refreshTables();
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
    await this.refreshTables();
    void this.views.view((cell) => cell.kind === "sql");
  }

  /** Takes the text as it was saved last, and whether its schedules are on. */
  async #takeText(id: string): Promise<void> {
    const isScheduled = await this.schedules.isWanted(id);
    if (id !== this.id) return;
    this.schedules.stop(isScheduled);
    this.schedules.update();
    const text = await this.#parts.library.read(id);
    // The tab that has it has kept it.
    if (text !== undefined && id === this.id && this.preview) {
      this.preview = undefined;
      this.addressBar.rename(this.#address);
    }
    if (text === undefined || text === this.text.markdown() || id !== this.id)
      return;
    await this.text.follow(text);
  }

  /** The text that stands here was not written, because another tab owns the notebook: it becomes a version. */
  async overtaken(): Promise<void> {
    const { running } = this.desk;
    await this.versions.keepOvertaken();
    const { overtaken } = await import("./words/otherTabs.ts");
    if (this.id !== undefined) await this.#followAfterLoss(this.id, running);
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
    if (this.#parts.isDenied)
      return (await import("./words/storage.ts")).storageDenied;
    if (isLost) return (await import("./words/losses.ts")).dataLost;
    if (!isFollowing) return undefined;
    return (await import("./words/otherTabs.ts")).openElsewhere;
  }

  #isSlowTold = false;
  /** Whether the browser was killed before this page was opened. */
  isAfterKill = false;

  /** Another notebook is to be opened, which waits for no file of the one before: it may never come. */
  #abandon = (): void => {};
  /** Settles when the files that come with an example are there, or will not be. */
  #fetching: Promise<void> | undefined;

  /** Files that the app ships with an example come with it, while it can be read and edited. */
  #fetchFiles(abandoned: Promise<undefined>): void {
    const fetching: Promise<void> = this.#orNotice(async () => {
      try {
        await fetchFiles(this, this.#parts, abandoned);
      } finally {
        if (this.#fetching === fetching) {
          this.#fetching = undefined;
          this.comingFiles = [];
          await this.#listFiles();
        }
      }
    });
    this.#fetching = fetching;
  }

  /** Files that are being added, with the names under which they come. */
  addingFiles = $state.raw<ReadonlyMap<Blob, string>>(new Map());
  #adding: Promise<unknown> | undefined;

  /** Has runs wait for files that are being added, until that has come to its end, whichever. */
  async adds<T>(
    files: readonly (readonly [Blob, string])[],
    adding: Promise<T>,
  ): Promise<T> {
    this.addingFiles = new Map([...this.addingFiles, ...files]);
    this.#adding = Promise.allSettled([this.#adding, adding]);
    try {
      return await adding;
    } finally {
      const left = new Map(this.addingFiles);
      for (const [file] of files) left.delete(file);
      this.addingFiles = left;
    }
  }

  /** Settles when all files are there that come with the notebook on show or are being added. Who has to wait is told, until `ended` settles. */
  async filesThere(ended?: Promise<unknown>): Promise<void> {
    while (this.#fetching || this.addingFiles.size > 0) {
      const there = Promise.all([this.#fetching, this.#adding]);
      void import("./tellComing.ts").then(({ tellComing }) =>
        tellComing(this, ended ? [there, ended] : [there], this.#parts.clock),
      );
      await this.#settledHere(there);
    }
  }

  // ---------------------------------------------------------------- document

  get notebook(): Notebook | undefined {
    return this.text.notebook;
  }

  tookText(notebook: Notebook, atOnce: boolean, program?: Program): void {
    this.hosts.name(notebook.network);
    this.#updateMissing();
    this.#drawing.update(notebook, atOnce, program);
  }

  changedText(): void {
    this.#lock.noteWork(this.id);
    this.#saver.changed();
    this.#runAuto();
  }

  /** No edit is lost: what the reader changes in a preview is kept. */
  editedText(): void {
    if (!this.preview || this.isEmbedded) return;
    void this.#orNotice(async () => {
      await this.keep();
      const { copyKept } = await import("./words/previewKept.ts");
      this.notify("info", copyKept);
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
    this.#saver.leave();
  }

  /** The page goes away, and may be loaded again. */
  leave(): void {
    this.#lock.noteHeld();
  }

  get lastState(): RunState["state"] | undefined {
    return this.desk.runs[0]?.state;
  }

  saving(): void {
    this.#copies.changed();
  }

  saved(id: string): void {
    // The state of its last run is in the list.
    if (this.screen === "home") void this.refreshLibrary().catch(() => {});
    this.#tabs.send({ type: "saved", notebook: id });
  }

  /** What can be undone in a notebook that is being opened. */
  async #readHistory(id: string, text: string): Promise<History | undefined> {
    const kept = await this.#parts.library.readHistory(id);
    return this.text.restoreHistory(kept, text);
  }

  #onDrawn(drawn: Drawn): void {
    const program = { ...drawn.program, notebook: this.id };
    this.#program = program;
    this.views.compiled(program);
    this.diagnostics = [...drawn.diagnostics, ...this.text.fileDiagnostics()];
    const before = this.flows;
    this.flows = drawn.flows;
    this.#keepFlow(before);
    this.desk.updatePlan();
    this.schedules.update();
  }

  /** The flow that was on show until its name went, with what its form had, and the one that is shown instead. */
  #missed:
    | {
        name: string;
        parameters: Session["parameters"];
        instead: string | undefined;
      }
    | undefined;

  /** Keeps the flow on show, whatever becomes of its name while somebody edits; `before` are the flows of the text before. */
  #keepFlow(before: readonly FlowView[]): void {
    const { flows, flowName: name, desk } = this;
    const missed = this.#missed;
    const has = (it?: string) => flows.some((flow) => flow.name === it);
    const isBack = missed && missed.instead === name && has(missed.name);
    if (isBack && !desk.running) {
      this.selectFlow(missed.name, true);
      this.setParameters(missed.parameters);
    }
    if (has(this.flowName)) return;
    const known = before.find((flow) => flow.name === name);
    const shown = desk.runs.find(({ run }) => run === desk.shownRun);
    const isOfRun = shown ? shown.flow === name : desk.running;
    // It runs, or somebody looks at a run of what is not in the text any more.
    if (isOfRun && (desk.running || (!known && before !== undrawn))) return;
    const next = nameNow(name, before, flows);
    if (next !== undefined) {
      this.flowName = next;
      return;
    }
    const instead = flows[0]?.name;
    const { parameters } = this;
    if (name === undefined || instead === undefined) this.flowName = instead;
    else this.selectFlow(instead);
    if (known) this.#missed = { name: known.name, parameters, instead };
  }

  /** The flows as they stood when the run began that goes on. */
  #begun: readonly FlowView[] = undrawn;

  /** A run is over: its flow, which was on show as long as it ran, may have another name by now. */
  #followName(): void {
    const begun = this.#begun;
    this.#begun = undrawn;
    const { flows, flowName: name } = this;
    if (this.desk.running || flows.some((flow) => flow.name === name)) return;
    const next = nameNow(name, begun, flows);
    if (next === undefined) return;
    this.flowName = next;
    this.desk.updatePlan();
  }

  // ---------------------------------------------------------------- running

  /** Shows another flow; `isAddressed` where an address says what its form has. Else it has what the newest run was given, which is `begun` where one is about to begin. */
  selectFlow(
    name: string,
    isAddressed = false,
    begun?: Pick<RunState, "graph" | "parameters">,
  ): void {
    this.#missed = undefined;
    this.flowName = name;
    this.parameters = {};
    const last = this.desk.last(name);
    if (last && last.run !== this.desk.shownRun)
      void this.desk.showRun(last.run);
    const newest = begun ?? last;
    if (newest && !isAddressed) this.fillForm(newest);
    this.desk.updatePlan();
    this.schedules.updateNext();
  }

  /** Gives the form what a run was given, if its flow is on show; what somebody has typed since the run before stays. */
  fillForm(run: Pick<RunState, "graph" | "parameters">): void {
    void import("./preview/fillForm.ts")
      .then(({ fillGiven }) => fillGiven(this, run))
      .catch(() => undefined);
  }

  setParameter(name: string, value: unknown): void {
    const { [name]: _, ...others } = this.parameters;
    this.setParameters(
      value === undefined ? others : { ...others, [name]: value },
    );
    this.#runAuto();
  }

  setParameters(values: Readonly<Record<string, unknown>>): void {
    this.parameters = values;
    this.notices.closeRefusals();
    this.desk.updatePlan();
    if (this.#mayQuery) this.views.changedParameters();
  }

  #autoRuns: AutoRuns | undefined;

  /** The reader has changed something: what runs by itself does so, but nothing in a text of somebody else. */
  #runAuto(): void {
    if (this.preview || !this.notebook?.cells.some(isAuto)) return;
    void import("./autoRuns.ts").then(({ AutoRuns }) => {
      this.#autoRuns ??= new AutoRuns(this.#parts.clock, this);
      this.#autoRuns.changed();
    });
  }

  /** Runs the selected flow with the parameters of the form. */
  async startRun(options: { from?: NodeId; to?: NodeId } = {}): Promise<void> {
    const form = { ...this.#formOptions(), ...options };
    await this.#press(() => this.desk.runFlow(form));
  }

  async resumeRun(): Promise<void> {
    const form = this.#formOptions();
    await this.#press(() => this.desk.resumeFlow(form));
  }

  /** Starts a run for a reader, who may press more than once until it begins. */
  async #press(action: () => Promise<unknown>): Promise<void> {
    if (this.desk.isBeginning) return;
    await this.#orNotice(async () => {
      // It can be cancelled while it waits until the notebook is at rest, too.
      await this.desk.begin(() => this.#settledHere());
      await this.#orNotice(action, (message) => this.notices.refuse(message));
    });
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

  /** Lets the flows of this notebook run at their times, or not. */
  async setSchedule(isOn: boolean): Promise<void> {
    await this.#settledHere();
    if (this.readOnly) throw new FlowError("read-only", this.readOnly);
    this.#lock.noteWork(this.id);
    await this.schedules.switch(isOn);
    this.saved(this.id!);
  }

  runAtTime({ flow, at, parameters }: NextRun): Promise<void> {
    return this.#start(() =>
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
    this.#follower.tell(this.id, update);
    const outputs = update.displays.map(({ output }) => output);
    if (outputs.some(({ type }) => type === "notification"))
      void this.#browserNotices().then((notices) => notices.take(outputs));
  }

  #notices: BrowserNotices | undefined;

  /** Fetched when a task first tells something. */
  async #browserNotices(): Promise<BrowserNotices> {
    const { BrowserNotices, browserNotifications } =
      await import("./browserNotices.ts");
    return (this.#notices ??= new BrowserNotices(browserNotifications(), {
      title: () => this.notebook?.title ?? "Flowbook",
      now: () => Date.now(),
      notify: (message, action) => this.notify("info", message, action),
    }));
  }

  /** A run is about to go on, with the text as it stands. */
  starts(run: string): void {
    this.#lock.noteWork(this.id);
    this.#begun = this.flows;
    this.notices.closeUntilRun();
    this.versions.keep("run", run);
  }

  /** A run has come to rest: shows what it left. */
  rested(): void {
    this.#followName();
    if (this.desk.runs[0]?.state === "Success")
      void this.storage.askToPersist().catch(() => undefined);
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
    const place = error?.place;
    const own = this.notebook?.cells.find(({ id }) => id === view.cell)?.name;
    throw new FlowError(
      error?.code ?? "cell-failed",
      flowNotDrawn({
        flow: name,
        cell: place?.cell ?? own,
        at: place && `${place.line}:${place.column}`,
        reason: error && reasonOf(error),
      }),
      { place },
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
      await this.text.caughtUp();
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
  async outputsOf(name: string): Promise<readonly Output[]> {
    await this.settled();
    return this.views.outputsOf(name);
  }

  /** Whether the flows are those of the open notebook; only then is it known whether there are any. */
  get isDrawn(): boolean {
    return this.flows !== undrawn;
  }

  drawn(): Promise<void> {
    return this.#drawing.settled();
  }

  lastOf(flow: string): RunState | undefined {
    return this.desk.last(flow);
  }

  stateOf(flow: string): RunState["state"] | undefined {
    return this.desk.last(flow)?.state;
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
    parameters: SqlParameters = [],
  ): Promise<Record<string, unknown>[]> {
    await this.settled();
    const { rows } = await this.#parts.database.query(sql, parameters);
    return [...rows];
  }

  /** What is asked of a database that is being ended would not be answered. */
  #restarting: Promise<unknown> = Promise.resolve();

  async rows(sql: string, limit?: number): Promise<QueryResult> {
    await this.#restarting;
    return this.#parts.database.query(sql, [], limit);
  }

  /** Ends the query that the database is at, which nothing else does; all else waits for the new one. */
  restartDatabase(): Promise<void> {
    const restarting = this.#parts.engine.restartDatabase();
    this.#restarting = restarting.catch(() => {});
    return restarting;
  }

  exportDatabase(options?: { history?: boolean }): Promise<Blob> {
    return this.#parts.database.exportDatabase(options);
  }

  /** The rows of a query as a file; undefined if that was stopped. */
  async exportRows(
    sql: string,
    as: ExportOptions,
    watch: ExportWatch,
  ): Promise<Blob | undefined> {
    const { exportFile } = await import("./tables/exportFile.ts");
    return exportFile(this.#parts.database, sql, as, watch);
  }

  /** Puts an SQLite file in the place of the notebook's database; a notice offers the way back. */
  importDatabase(file: File | Blob, said?: string): Promise<void> {
    return this.#changeStored((it, host) =>
      it.importDatabase(host, file, said),
    );
  }

  /** Drops a table; a notice offers the way back. */
  dropTable(name: string): Promise<void> {
    return this.#changeStored((it, host) => it.dropTable(host, name));
  }

  /** Keeps a file with the notebook; in the place of another of its name, a notice offers the way back. */
  attach(name: string, data: Blob): Promise<void> {
    return this.adds(
      [[data, name]],
      this.#changeStored((it, host) => it.attach(host, name, data)),
    );
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
    this.#lock.noteWork(this.id);
    const done = work(await loading, {
      session: this,
      database: this.#parts.database,
      listFiles: async () => {
        await this.#listFiles();
        this.#runAuto();
      },
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
    this.desk.updatePlan();
  }

  async refreshTables(): Promise<void> {
    this.tables = await this.#parts.database.tables();
  }

  #isLooking = false;

  /** Commits may come many a second. */
  #lookAtTables(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    setTimeout(() => {
      this.#isLooking = false;
      void this.refreshTables().catch(() => undefined);
    }, 500);
  }

  #updateMissing(): void {
    this.missingFiles = missingOf(this.notebook, this.files).filter(
      (name) => !this.comingFiles.includes(name),
    );
  }

  // ---------------------------------------------------------------- permissions

  /** Lets the notebook contact a host, or not. */
  async allow(origin: string, isAllowed = true): Promise<void> {
    await this.#settledHere();
    // It counts here at once, also if there is no room to keep it.
    await Promise.all([
      this.hosts.decide(origin, isAllowed),
      this.#parts.engine.configure(this.#configuration()),
    ]);
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
    return `${location.origin}${location.pathname}${await makeLink(this.text.markdown())}`;
  }

  notify(
    kind: Notice["kind"],
    message: string,
    action?: Notice["action"],
  ): void {
    this.notices.add(kind, message, action);
  }

  readonly #orNotice = async (
    action: () => Promise<unknown>,
    tell = (message: string) => this.notify("error", message),
  ) => {
    try {
      await action();
    } catch (thrown) {
      const { code, message } = toErrorData(thrown);
      // Whoever cancels a run knows that it was.
      if (code !== "run-cancelled") tell(message);
    }
  };
}

/** The attachments that a notebook names and that are not among these files. */
function missingOf(
  notebook: Notebook | undefined,
  files: readonly StoredFile[],
): string[] {
  const there = new Set(files.map(({ name }) => name));
  const names = notebook?.attachments.map(({ name }) => name) ?? [];
  return names.filter((name) => !there.has(name));
}
