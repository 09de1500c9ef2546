/**
 * The view model of the page: all that it shows, and every action that a reader can take. Components read fields and call
 * methods; `window.flowbook` calls the same methods. It is long because it is the one place where document, drawing, runs
 * and outputs meet; each of these does its own work in a file of its own.
 */
import type { Remote } from "comlink";
import { FlowError, toErrorData } from "../core/errors.ts";
import type { Graph, NodeId } from "../core/graph.ts";
import { taskKeys } from "../core/keys.ts";
import { parseOrigin } from "../core/origin.ts";
import { checkParameters, type Parameter } from "../core/parameter.ts";
import { planResume, planRun, type PlanItem } from "../core/plan.ts";
import type { CacheEntry } from "../core/cache.ts";
import type { Answer, RunEvent } from "../core/events.ts";
import { toReport, type RunReport } from "../core/report.ts";
import type { RunState, TaskRun } from "../core/run.ts";
import type { Schedule } from "../core/schedule.ts";
import { isFinal } from "../core/state.ts";
import type { Output } from "../engine/protocol.ts";
import type {
  DatabaseService,
  EngineService,
  EngineUpdate,
  LogLine,
  QueryResult,
  StoredFile,
  TableSchema,
} from "../engine/services.ts";
import type { Program } from "../notebook/compile/program.ts";
import type { CellKind, Diagnostic, Notebook } from "../notebook/document.ts";
import {
  recordChange,
  redo,
  startHistory,
  undo,
  type History,
} from "../notebook/history.ts";
import { makeLink } from "../notebook/link.ts";
import type { Library, LibraryEntry } from "../storage/library.ts";
import { loadDocumentTools, type DocumentTools } from "./documentTools.ts";
import { Drawing, type Drawn, type FlowView } from "./drawing.ts";
import type { RunOptions } from "./pageApi.ts";
import { FlowSchedules } from "./flowSchedules.ts";
import { tellMissingTable } from "./missingTable.ts";
import { RunBook } from "./runBook.ts";
import { RunResults } from "./runResults.ts";
import { staleTasks } from "./staleTasks.ts";
import { pausedTasks, WaitingRuns } from "./waitingRuns.ts";

export type { FlowView, LibraryEntry };

/** An example that ships with the app. */
export interface Example {
  name: string;
  title: string;
  description: string;
}

/** What a cell shows below itself. */
export interface CellOutput {
  status: "running" | "done" | "stale";
  outputs: readonly Output[];
}

/** A message to the reader that asks for nothing; it goes away when closed. */
export interface Notice {
  id: number;
  kind: "info" | "error";
  message: string;
  /** A button, such as Undo. */
  action?: { label: string; run: () => void };
}

/** A host that the notebook names or that the reader allowed. */
export interface HostPermission {
  origin: string;
  /** undefined: not decided yet. */
  allowed: boolean | undefined;
}

/** What a task of the shown run displayed; what has a key stands in place of what had it before. */
export interface Display {
  /** Which element of a mapped task, by its places: `3`, `3.0`. */
  element: string | undefined;
  key: string | undefined;
  output: Output;
}

/** How far a task is. */
export type Progress = EngineUpdate["progress"][string];

/** What a session works with; made by main.ts. */
export interface SessionParts {
  engine: Remote<EngineService>;
  database: Remote<DatabaseService>;
  library: Library;
  /** Fetches a file of the app's own `examples` folder. */
  fetchExample(path: string): Promise<Response>;
  /** How many task workers unless the notebook says otherwise. */
  workers: number;
}

/** Rows of a SQL cell that are kept for showing; the count is of all. */
const shownRows = 1_000;
/** A SQL cell may take this long. */
const queryLimit = 30_000;
const mostLogLines = 100_000;
/** Of each node. */
const mostDisplays = 1_000;
const saveDelay = 150;
const sqlDelay = 400;

export class Session {
  screen = $state<"home" | "notebook">("home");
  library = $state.raw<readonly LibraryEntry[]>([]);
  examples = $state.raw<readonly Example[]>([]);

  id = $state<string>();
  notebook = $state.raw<Notebook>();
  diagnostics = $state.raw<readonly Diagnostic[]>([]);
  flows = $state.raw<readonly FlowView[]>([]);
  /** The flow that Run means, and that the graph shows. */
  flowName = $state<string>();
  /** Values of the parameter form of that flow, by name; missing ones have their default. */
  parameters = $state.raw<Readonly<Record<string, unknown>>>({});
  /** What the next action would do: Resume if the last run can be resumed, else Run. */
  plan = $state.raw<readonly PlanItem[]>([]);
  planFor = $state<"run" | "resume">("run");
  /** Tasks of the flow's newest run whose results no longer match code or inputs, with the reason. */
  stale = $state.raw<ReadonlyMap<NodeId, string>>(new Map());
  /** Runs of the notebook, newest first. Each change makes a new array, and a new object for the run that changed. */
  runs = $state.raw<readonly RunState[]>([]);
  /** The run whose states are shown. */
  shownRun = $state<string>();
  /** True from Run or Resume until the run is final. */
  running = $state(false);
  cancelling = $state(false);
  progress = $state.raw<Readonly<Record<NodeId, Progress>>>({});
  /** Logs of the shown run. */
  logs = $state.raw<readonly LogLine[]>([]);
  /** What tasks of the shown run displayed, by node. */
  displays = $state.raw<Readonly<Record<NodeId, readonly Display[]>>>({});
  /** By cell id. */
  outputs = $state.raw<Readonly<Record<string, CellOutput>>>({});
  /** Cells that show something of their own when they are evaluated, by id. */
  viewCells = $state.raw<ReadonlySet<string>>(new Set());
  tables = $state.raw<readonly TableSchema[]>([]);
  files = $state.raw<readonly StoredFile[]>([]);
  hosts = $state.raw<readonly HostPermission[]>([]);
  /** Attachments that the notebook names but that are not there. */
  missingFiles = $state.raw<readonly string[]>([]);
  notices = $state.raw<readonly Notice[]>([]);
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

  #parts: SessionParts;
  /** There as soon as a notebook is open. */
  #tools!: DocumentTools;
  #book = new RunBook();
  #results: RunResults;
  #drawing: Drawing;
  #program: Program | undefined;
  #history: History | undefined;
  #starting: Promise<void> = Promise.resolve();
  #opening: Promise<void> = Promise.resolve();
  #saveTimer: ReturnType<typeof setTimeout> | undefined;
  #sqlTimer: ReturnType<typeof setTimeout> | undefined;
  #viewing: Promise<void> = Promise.resolve();
  #nextNotice = 1;
  #permissions: Record<string, boolean> = {};
  #releaseLock: () => void = () => {};
  #cache: readonly CacheEntry[] = [];
  #waiting = new WaitingRuns((run, event) => {
    void this.#proceed(run, event).catch(() => undefined);
  });
  #schedules = new FlowSchedules(
    (flow, { at, parameters }) => void this.#runScheduled(flow, at, parameters),
    () => this.#updateNextRun(),
  );

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#results = new RunResults(parts.database);
    this.#drawing = new Drawing(
      (program) => parts.engine.trace(program),
      (drawn) => this.#onDrawn(drawn),
    );
  }

  // ---------------------------------------------------------------- library

  async goHome(): Promise<void> {
    await this.save();
    this.screen = "home";
    history.replaceState(null, "", location.pathname + location.search);
    await this.refreshLibrary();
  }

  async refreshLibrary(): Promise<void> {
    this.library = await this.#parts.library.list();
  }

  async loadExamples(): Promise<void> {
    const response = await this.#parts.fetchExample("index.json");
    this.examples = (await response.json()) as Example[];
  }

  openNotebook(id: string): Promise<void> {
    return this.#open(async () => {
      const text = await this.#parts.library.read(id);
      if (text === undefined)
        throw new FlowError(
          "notebook-syntax",
          "This notebook is not on this device. It may have been deleted here, or its address comes from another browser: ask for a link or a file.",
        );
      return { id, text };
    });
  }

  /** Opens an example: the reader's own copy of it if there is one already. */
  openExample(name: string): Promise<void> {
    return this.#open(async () => {
      const id = `example-${name}`;
      const own = await this.#parts.library.read(id);
      if (own !== undefined) return { id, text: own };
      const response = await this.#parts.fetchExample(`${name}.flow.md`);
      return { id, text: await response.text() };
    });
  }

  /** Opens a text as a new notebook of the reader's own. */
  openMarkdown(text: string): Promise<void> {
    return this.#open(async () => {
      const id = makeId();
      await this.#parts.library.writeSetting(`schedule:${id}`, true);
      return { id, text };
    });
  }

  /** Opens somebody else's text as a new notebook: nothing in it runs by itself until the reader says so. */
  openForeign(text: string): Promise<void> {
    return this.#open(() => Promise.resolve({ id: makeId(), text }));
  }

  newNotebook(): Promise<void> {
    return this.openMarkdown(
      '---\nflowbook: 1\ntitle: Untitled\n---\n\n# Untitled\n\n```ts tasks\nconst hello = task((name: string) => `Hello, ${name}!`)\n```\n\n```ts main\nflow("Hello", () => hello(param("name", "world")))\n```\n',
    );
  }

  async deleteNotebook(id: string): Promise<void> {
    const { library, database } = this.#parts;
    const text = await library.read(id);
    const entry = (await library.list()).find((other) => other.id === id);
    await library.remove(id);
    // Nothing may save it again.
    if (this.id === id) this.id = undefined;
    await this.refreshLibrary();
    if (text === undefined || !entry) return;
    // Its data goes only when the notice goes, so that Undo brings back everything.
    const notice = this.notify("info", `“${entry.title}” was deleted.`, {
      label: "Undo",
      run: () => {
        this.#afterNotice.delete(notice);
        this.closeNotice(notice);
        void library.write(id, entry, text).then(() => this.refreshLibrary());
      },
    });
    this.#afterNotice.set(notice, () => void database.remove(id));
  }

  #afterNotice = new Map<number, () => void>();

  async #open(
    read: () => Promise<{ id: string; text: string }>,
  ): Promise<void> {
    const opening = this.#opening
      .catch(() => {})
      .then(async () => {
        if (this.running) await this.cancelRun();
        await this.save();
        const [{ id, text }, tools] = await Promise.all([
          read(),
          loadDocumentTools(),
        ]);
        this.#tools = tools;
        await this.#show(id, text);
      });
    this.#opening = opening;
    await opening;
    await this.#drawing.settled();
  }

  async #show(id: string, text: string): Promise<void> {
    const { notebook } = this.#tools.parseNotebook(text);
    await this.#lock(id);
    const { database, engine, library } = this.#parts;
    const report = await database.open(id);
    this.#permissions =
      (await library.readSetting<Record<string, boolean>>(`hosts:${id}`)) ?? {};
    this.#drawing.reset();
    this.#history = undefined;
    this.#program = undefined;
    this.id = id;
    this.diagnostics = [];
    this.flows = [];
    this.flowName = undefined;
    this.parameters = {};
    this.plan = [];
    this.progress = {};
    this.displays = {};
    this.selectedCell = undefined;
    this.selectedNode = undefined;
    this.canUndo = this.canRedo = false;
    this.files = report.files;
    this.#cache = report.cache;
    this.#waiting.clear();
    this.#schedules.set([]);
    this.#isScheduled =
      (await library.readSetting<boolean>(`schedule:${id}`)) ?? false;
    const unfinished = this.#book.load(report.runs);
    this.#setNotebook(notebook, true);
    await engine.configure(this.#configuration());
    await this.#fetchFiles(id);
    if (report.damage) {
      this.readOnly = report.damage.message;
      this.notify("error", report.damage.message);
    }
    if (!this.readOnly)
      for (const run of unfinished) {
        const event = { type: "run-interrupted", at: Date.now() } as const;
        await database.appendEvents(run, this.#book.events(run).length, [
          event,
        ]);
        this.#book.add(run, [event]);
      }
    this.runs = this.#book.list();
    if (!this.readOnly)
      for (const run of this.runs)
        if (!isFinal(run.state)) this.#waiting.look(run);
    this.outputs = Object.fromEntries(
      notebook.cells.flatMap((cell) => {
        const outputs = cell.name ? report.outputs[cell.name] : undefined;
        return outputs ? [[cell.id, { status: "done", outputs }]] : [];
      }),
    );
    this.shownRun = undefined;
    const last = this.runs[0];
    if (last) await this.showRun(last.run);
    this.screen = "notebook";
    history.replaceState(
      null,
      "",
      `${location.pathname}${location.search}#n.${id}`,
    );
    await this.save();
    await this.#refreshTables();
    void this.#viewCells((cell) => cell.kind === "sql");
  }

  /** Only one tab may change a notebook: the lock is held as long as the notebook is open here. */
  async #lock(id: string): Promise<void> {
    this.#releaseLock();
    this.readOnly = undefined;
    if (!("locks" in navigator)) return;
    const isOurs = await new Promise<boolean>((resolve) => {
      void navigator.locks.request(
        `flowbook:${id}`,
        { ifAvailable: true },
        (lock) => {
          if (!lock) return resolve(false);
          resolve(true);
          return new Promise<void>((release) => (this.#releaseLock = release));
        },
      );
    });
    if (!isOurs)
      this.readOnly =
        "This notebook is open in another tab, so it cannot be changed or run here. Close the other tab and reload.";
  }

  /** Files that the app ships with an example come with it. */
  async #fetchFiles(id: string): Promise<void> {
    const notebook = this.notebook;
    if (!notebook || !id.startsWith("example-") || this.readOnly) return;
    for (const { name, url } of notebook.attachments) {
      if (this.files.some((file) => file.name === name)) continue;
      const response = await this.#parts.fetchExample(url);
      if (response.ok)
        await this.#parts.database.writeFile(name, await response.blob());
    }
    this.files = await this.#parts.database.files();
    this.#updateMissing();
  }

  // ---------------------------------------------------------------- document

  markdown(): string {
    return this.notebook ? this.#tools.printNotebook(this.notebook) : "";
  }

  editCell(cell: string, source: string): void {
    this.#edit(
      (notebook) => this.#tools.edits.setSource(notebook, cell, source),
      cell,
    );
    const edited = this.notebook?.cells.find(({ id }) => id === cell);
    if (edited?.kind === "sql") {
      clearTimeout(this.#sqlTimer);
      this.#sqlTimer = setTimeout(
        () => void this.#viewCells(({ id }) => id === cell),
        sqlDelay,
      );
    } else this.#markStale(cell);
  }

  insertCell(kind: CellKind, after: string | undefined): string {
    const id = makeId();
    this.#edit((notebook) =>
      this.#tools.edits.insertCell(notebook, kind, after, id),
    );
    this.selectedCell = id;
    return id;
  }

  removeCell(cell: string): void {
    this.#edit((notebook) => this.#tools.edits.removeCell(notebook, cell));
    this.notify("info", "The cell was deleted.", {
      label: "Undo",
      run: () => this.undo(),
    });
  }

  moveCell(cell: string, by: 1 | -1): void {
    const index = this.notebook?.cells.findIndex(({ id }) => id === cell) ?? 0;
    this.#edit((notebook) =>
      this.#tools.edits.moveCell(notebook, cell, index + by),
    );
  }

  /** Gives a cell another name; says why if it cannot have it. */
  renameCell(cell: string, name: string): void {
    this.#edit((notebook) =>
      this.#tools.edits.renameCell(notebook, cell, name),
    );
  }

  setKind(cell: string, kind: CellKind): void {
    this.#edit((notebook) => this.#tools.edits.setKind(notebook, cell, kind));
  }

  setTitle(title: string): void {
    this.#edit((notebook) => this.#tools.edits.setTitle(notebook, title));
  }

  undo(): void {
    if (this.#history) this.#setHistory(undo(this.#history));
  }

  redo(): void {
    if (this.#history) this.#setHistory(redo(this.#history));
  }

  /** Writes the notebook to the library now. */
  async save(): Promise<void> {
    clearTimeout(this.#saveTimer);
    this.#saveTimer = undefined;
    if (!this.id || !this.notebook || this.readOnly) return;
    await this.#parts.library.write(
      this.id,
      {
        id: this.id,
        title: this.notebook.title,
        updatedAt: Date.now(),
        lastState: this.runs[0]?.state,
      },
      this.markdown(),
    );
  }

  #edit(change: (notebook: Notebook) => Notebook, typingIn?: string): void {
    const before = this.notebook;
    if (!before) return;
    if (this.readOnly) {
      this.notify("error", this.readOnly);
      return;
    }
    try {
      const after = change(before);
      this.#setHistory(
        recordChange(this.#history ?? startHistory(before), after, {
          typedIn: typingIn,
          at: performance.now(),
        }),
      );
    } catch (thrown) {
      this.notify("error", toErrorData(thrown).message);
    }
  }

  #setHistory(history: History): void {
    this.#history = history;
    this.canUndo = history.past.length > 0;
    this.canRedo = history.future.length > 0;
    if (history.present === this.notebook) return;
    this.#setNotebook(history.present);
    this.#saveTimer ??= setTimeout(() => void this.save(), saveDelay);
  }

  #setNotebook(notebook: Notebook, atOnce = false): void {
    this.notebook = notebook;
    this.#updateHosts();
    this.#updateMissing();
    this.#drawing.update(notebook, atOnce);
  }

  #onDrawn(drawn: Drawn): void {
    this.#program = drawn.program;
    this.viewCells = new Set(
      drawn.program.cells.filter(({ isView }) => isView).map(({ id }) => id),
    );
    const parsed = this.notebook
      ? this.#tools.parseNotebook(this.markdown())
      : undefined;
    this.diagnostics = [
      ...drawn.diagnostics,
      ...(parsed?.diagnostics.filter(({ cell }) => cell === undefined) ?? []),
    ];
    this.flows = drawn.flows;
    if (!drawn.flows.some(({ name }) => name === this.flowName))
      this.flowName = drawn.flows[0]?.name;
    this.#updatePlan();
    this.#updateSchedules();
  }

  // ---------------------------------------------------------------- running

  selectFlow(name: string): void {
    this.flowName = name;
    this.parameters = {};
    const last = this.#book.last(name);
    if (last) void this.showRun(last.run);
    this.#updatePlan();
    this.#updateNextRun();
  }

  setParameter(name: string, value: unknown): void {
    const { [name]: _, ...others } = this.parameters;
    this.parameters =
      value === undefined ? others : { ...others, [name]: value };
    this.#updatePlan();
  }

  /** Runs the selected flow with the parameters of the form. */
  async startRun(options: { from?: NodeId; to?: NodeId } = {}): Promise<void> {
    await this.#orNotice(() =>
      this.#runFlow({ ...this.#formOptions(), ...options }),
    );
  }

  async resumeRun(): Promise<void> {
    await this.#orNotice(() => this.#resumeFlow(this.#formOptions()));
  }

  /** What the form says, defaults included: a value that was set back to its default is meant, also in a resumption. */
  #formOptions(): RunOptions {
    const view = this.flows.find(({ name }) => name === this.flowName);
    const defaults = (view?.graph ? parametersOf(view.graph) : [])
      .filter(({ required }) => !required)
      .map((parameter) => [parameter.name, parameter.default] as const);
    return {
      ...(this.flowName === undefined ? {} : { flow: this.flowName }),
      parameters: { ...Object.fromEntries(defaults), ...this.parameters },
    };
  }

  /** Ends the run that is going on, or the shown one if it waits for people. */
  async cancelRun(): Promise<void> {
    if (this.running) {
      this.cancelling = true;
      try {
        await this.#parts.engine.cancel();
      } finally {
        this.cancelling = false;
      }
      return;
    }
    const waiting = this.runs.find(
      ({ run, state }) =>
        state === "Paused" &&
        (this.shownRun === undefined || run === this.shownRun),
    );
    if (waiting)
      await this.#proceed(waiting.run, {
        type: "cancel-requested",
        at: Date.now(),
      });
  }

  /** Ends one task or sub-flow of the run that is going on; the others go on. */
  async cancelTask(node: NodeId, path: readonly number[] = []): Promise<void> {
    const task = this.#numberOf(this.#shown(), node, path);
    if (this.running) await this.#parts.engine.cancel(task);
    else
      await this.#proceed(this.#shown().run, {
        type: "cancel-requested",
        at: Date.now(),
        task,
      });
  }

  /** Says something to a task of the shown run that waits for a person; `value` are the answers to a form. */
  async answerTask(
    node: NodeId,
    answer: Answer,
    options: { path?: readonly number[]; value?: unknown } = {},
  ): Promise<void> {
    const run = this.#shown();
    const task = this.#numberOf(run, node, options.path ?? []);
    await this.#proceed(
      run.run,
      { type: "pause-answered", at: Date.now(), task, answer },
      options.value,
    );
  }

  /** Gives a task of the shown run a result by hand; Resume then goes on with it. */
  async markSuccess(
    node: NodeId,
    value: unknown,
    path: readonly number[] = [],
  ): Promise<void> {
    if (this.readOnly) throw new FlowError("read-only", this.readOnly);
    const run = this.#shown();
    if (this.running || !isFinal(run.state))
      throw new FlowError(
        "already-running",
        "A task can be marked as a success once its run is over. Wait for it, or cancel it first.",
      );
    const task = this.#numberOf(run, node, path);
    const whole = run.tasks.get(node);
    const key = path.length > 0 ? keyOfElement(whole, path) : whole?.key;
    const size = JSON.stringify(value)?.length ?? 0;
    const event: RunEvent = { type: "task-marked", at: Date.now(), task, size };
    await this.#parts.database.commitResults({
      run: run.run,
      keys: [key ?? ""],
      values: [value],
      events: [event],
      firstEvent: this.#book.events(run.run).length,
      cache: [],
    });
    this.#book.add(run.run, [event]);
    this.runs = this.#book.list();
    this.#updatePlan();
  }

  /** What a person is asked to approve. */
  gateValue(node: NodeId, path: readonly number[] = []): Promise<unknown> {
    return this.argumentOf(node, 0, path);
  }

  /** What a task of the shown run, or an element of it, is called with. */
  async argumentOf(
    node: NodeId,
    at: number,
    path: readonly number[] = [],
  ): Promise<unknown> {
    const run = this.#shown();
    const found = run.graph.nodes.find(({ id }) => id === node);
    const template = found?.kind === "task" ? found.args[at] : undefined;
    if (!template) return undefined;
    return this.#results.resolve(run, template, path);
  }

  /** The same for a task of the newest run by its id or name, and an element by its index; checks the answers to a form. */
  async answer(
    task: string,
    answer: Answer,
    options: { index?: number; value?: Record<string, unknown> } = {},
  ): Promise<void> {
    await this.settled();
    this.#showRunOf(task, (state) => !isFinal(state.state));
    const { node, path } = this.#find(task, options.index);
    const found = this.#shown().graph.nodes.find(({ id }) => id === node);
    const operator = found?.kind === "task" ? found.operator : undefined;
    const paused = this.#shown().tasks.get(node);
    if (paused?.state !== "Paused" && !paused?.children?.counts.Paused)
      throw new FlowError(
        "invalid-argument",
        `${task} waits for nobody: it is ${paused?.state ?? "not part of the run"}.`,
      );
    const value =
      operator?.type === "ask" && answer.type === "approve"
        ? checkParameters(operator.form, options.value ?? {})
        : undefined;
    await this.answerTask(
      node,
      operator || answer.type === "decline" ? answer : { type: "resume" },
      { path, ...(value ? { value } : {}) },
    );
  }

  async markByName(
    task: string,
    value: unknown,
    index?: number,
  ): Promise<void> {
    await this.settled();
    this.#showRunOf(task, () => true);
    const { node, path } = this.#find(task, index);
    await this.markSuccess(node, value, path);
  }

  /** Ends the current run, or one task of it by its id or name. */
  async cancel(task?: string): Promise<void> {
    if (task === undefined) return this.cancelRun();
    this.#showRunOf(task, (state) => !isFinal(state.state));
    const { node, path } = this.#find(task, undefined);
    await this.cancelTask(node, path);
  }

  /** Shows the newest run that has a task and fits; the newest of all if there is none. */
  #showRunOf(task: string, fits: (run: RunState) => boolean): void {
    if (this.running) return;
    const found = this.runs.find(
      (run) => fits(run) && taskIdOf(run, task) !== undefined,
    );
    this.shownRun = (found ?? this.runs[0])?.run;
  }

  /** A task of the shown run by its id, name or variable; an element of a map by its index, counted through. */
  #find(
    task: string,
    index: number | undefined,
  ): { node: NodeId; path: readonly number[] } {
    const run = this.#shown();
    const node = taskIdOf(run, task);
    const children =
      node === undefined ? undefined : run.tasks.get(node)?.children;
    if (node !== undefined && (index === undefined || children))
      return {
        node,
        path: index === undefined ? [] : children!.pathOf(index),
      };
    throw new FlowError(
      "unknown-task",
      `The run has no task ${task}${index === undefined ? "" : `[${index}]`}. It has ${[...run.tasks.keys()].join(", ")}.`,
    );
  }

  #shown(): RunState {
    const run = this.runs.find(({ run: id }) => id === this.shownRun);
    if (run) return run;
    throw new FlowError(
      "nothing-to-resume",
      "There is no run yet. Run the flow first.",
    );
  }

  #numberOf(run: RunState, node: NodeId, path: readonly number[]): number {
    const id = taskIdOf(run, node);
    const number = id === undefined ? undefined : run.numberOf(id, path);
    if (number !== undefined) return number;
    throw new FlowError(
      "unknown-task",
      `The run has no task ${node}${path.map((place) => `[${place}]`).join("")}. It has ${[...run.tasks.keys()].join(", ")}.`,
    );
  }

  /** Goes on with a run that waits for people. */
  async #proceed(
    run: string,
    event: RunEvent & {
      type: "pause-answered" | "cancel-requested" | "timer-fired";
    },
    value?: unknown,
  ): Promise<void> {
    await this.settled();
    const program = this.#program;
    if (this.readOnly) throw new FlowError("read-only", this.readOnly);
    if (!program) return;
    const request = {
      run,
      program,
      events: this.#book.events(run),
      event,
      ...(value === undefined ? {} : { value }),
    };
    if (this.running) {
      await this.#parts.engine.proceed(request);
      return;
    }
    await this.#engage(run, () => this.#parts.engine.proceed(request));
  }

  /** Runs a flow and reports when it is final. */
  async run(options: RunOptions): Promise<RunReport> {
    return this.#report(await this.#runFlow(options));
  }

  /** Runs a flow; gives the run's id when it is final. */
  async #runFlow(options: RunOptions, scheduledAt?: number): Promise<string> {
    const { graph, keys, parameters, program } = await this.#prepare(
      options,
      {},
    );
    const plan = planRun(graph, keys, this.#book.last(graph.flow), {
      ...options,
      cache: { entries: this.#cache, now: Date.now() },
    });
    const run = makeId();
    // A run that starts by itself takes nobody away from what they are looking at.
    const isShown = scheduledAt === undefined || this.flowName === graph.flow;
    if (isShown && this.flowName !== graph.flow) this.selectFlow(graph.flow);
    return this.#drive(
      run,
      () =>
        this.#parts.engine.run({
          run,
          program,
          graph,
          keys,
          parameters,
          reused: plan.reused,
          excluded: plan.excluded,
          ...(scheduledAt === undefined ? {} : { scheduledAt }),
        }),
      isShown,
    );
  }

  /** Goes on with the last run of a flow and reports when it is final. */
  async resume(options: RunOptions): Promise<RunReport> {
    return this.#report(await this.#resumeFlow(options));
  }

  async #resumeFlow(options: RunOptions): Promise<string> {
    await this.settled();
    const flow = this.#flowView(options.flow).name;
    const last = this.#book.last(flow);
    if (!last)
      throw new FlowError(
        "nothing-to-resume",
        `${flow} has not run yet, so there is nothing to resume. Run it first.`,
      );
    if (!isFinal(last.state) && pausedTasks(last).length > 0)
      return this.#resumePaused(last);
    const { graph, keys, parameters, program } = await this.#prepare(
      options,
      last.parameters,
    );
    const { kept } = planResume(graph, keys, last);
    return this.#drive(last.run, () =>
      this.#parts.engine.resume({
        run: last.run,
        events: this.#book.events(last.run),
        program,
        graph,
        keys,
        parameters,
        kept,
      }),
    );
  }

  /** Lets the tasks go on that paused themselves or wait to be started; a gate has to be answered. */
  async #resumePaused(run: RunState): Promise<string> {
    const isGate = (id: NodeId) => {
      const node = run.graph.nodes.find((other) => other.id === id);
      return node?.kind === "task" && node.operator !== undefined;
    };
    const waiting = pausedTasks(run);
    const resumable = waiting.filter(({ node }) => !isGate(node));
    if (resumable.length === 0)
      throw new FlowError(
        "nothing-to-resume",
        `${waiting.map(({ node }) => node).join(", ")} ${waiting.length > 1 ? "wait" : "waits"} for an answer. Answer in the graph, or with flowbook.answer(task, ...).`,
      );
    const [first, ...others] = resumable;
    const answer = (task: number) =>
      this.#proceed(run.run, {
        type: "pause-answered",
        at: Date.now(),
        task,
        answer: { type: "resume" },
      });
    const going = answer(first!.task);
    for (const { task } of others) void answer(task);
    await going;
    const now = this.#book.state(run.run)!;
    await this.#waiting.untilFinal(now);
    return run.run;
  }

  async #drive(
    run: string,
    drive: () => Promise<readonly RunEvent[]>,
    isShown = true,
  ): Promise<string> {
    if (this.readOnly) throw new FlowError("read-only", this.readOnly);
    if (this.running)
      throw new FlowError(
        "already-running",
        "A flow of this notebook is running. Wait for it, or cancel it first.",
      );
    const state = await this.#engage(run, drive, isShown);
    await this.#waiting.untilFinal(state);
    return run;
  }

  /** Lets the engine work on a run until it is final, or waits for people. */
  async #engage(
    run: string,
    drive: () => Promise<readonly RunEvent[]>,
    isShown = true,
  ): Promise<RunState> {
    this.running = true;
    this.progress = {};
    if (isShown) {
      this.shownRun = run;
      if (!this.#book.state(run)) {
        this.displays = {};
        this.logs = [];
      }
    }
    try {
      const events = await drive();
      this.#book.settle(run, events);
      this.runs = this.#book.list();
    } finally {
      this.running = false;
      this.progress = {};
      this.#updatePlan();
    }
    this.#cache = await this.#parts.database.cacheEntries();
    const state = this.#book.state(run)!;
    this.#waiting.look(state);
    this.#updatePlan();
    await this.#refreshTables();
    void this.#viewCells(() => true);
    void this.save();
    void navigator.storage?.persist?.();
    return state;
  }

  // ---------------------------------------------------------------- schedules

  #isScheduled = false;

  /** Lets the flows of this notebook run at their times, or not. */
  async setSchedule(isOn: boolean): Promise<void> {
    await this.settled();
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
    const isInForce = this.#isScheduled && !this.readOnly;
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
    if (this.running || this.readOnly) return;
    await this.#orNotice(() =>
      this.#runFlow({ flow, parameters: { ...parameters } }, at),
    );
  }

  /** Calls of the page API wait until this is done: what the address names is open. */
  begin(starting: Promise<void>): void {
    this.#starting = starting;
  }

  /** Settles when what the address names is open. */
  async started(): Promise<void> {
    await this.#starting;
  }

  /** What the engine tells of the current run. */
  receive(update: EngineUpdate): void {
    if (update.events.length > 0) {
      this.#book.add(update.run, update.events);
      this.runs = this.#book.list();
    }
    if (update.run !== this.shownRun) return;
    if (update.logs.length > 0)
      this.logs = [...this.logs, ...update.logs].slice(-mostLogLines);
    if (Object.keys(update.progress).length > 0)
      this.progress = { ...this.progress, ...update.progress };
    if (update.displays.length > 0) this.#addDisplays(update.displays);
  }

  #addDisplays(displays: EngineUpdate["displays"]): void {
    const changed = new Map<NodeId, Display[]>();
    for (const { node, element, key, output } of displays) {
      let list = changed.get(node);
      if (!list) changed.set(node, (list = [...(this.displays[node] ?? [])]));
      const display = { element, key, output };
      const same = list.findIndex(
        (other) =>
          key !== undefined && other.key === key && other.element === element,
      );
      if (same < 0) list.push(display);
      else list[same] = display;
    }
    const shown = { ...this.displays };
    for (const [node, list] of changed) shown[node] = list.slice(-mostDisplays);
    this.displays = shown;
  }

  async showRun(run: string): Promise<void> {
    this.shownRun = run;
    this.displays = {};
    const state = this.#book.state(run);
    if (state && this.flowName !== state.flow) this.flowName = state.flow;
    const logs = await this.#parts.database.logs(run);
    // The reader may have gone on to another run meanwhile.
    if (this.shownRun === run) this.logs = logs;
  }

  /** The result of a task run, or undefined if none is kept; of a mapped one the list of its elements' results, as far as they are kept, or with an index one of them. */
  async result(
    run: string,
    node: NodeId,
    index?: number,
  ): Promise<{ value: unknown } | undefined> {
    const task = this.#book.state(run)?.tasks.get(node);
    const wanted = index === undefined ? task : task?.children?.run(index);
    return wanted && this.#results.of(wanted);
  }

  async reports(): Promise<RunReport[]> {
    await this.settled();
    return Promise.all(this.runs.map(({ run }) => this.#report(run)));
  }

  /** The graph of a flow as it stands in the text; rejects if the text cannot be drawn. */
  async graphOf(flow?: string): Promise<Graph> {
    await this.settled();
    const view = this.#flowView(flow);
    if (view.error || !view.graph)
      throw new FlowError(
        view.error?.code ?? "cell-failed",
        `${view.name} cannot be drawn: ${view.error?.message ?? "its cell has an error"}`,
        { place: view.error?.place },
      );
    return view.graph;
  }

  /** What a run with these options would do. */
  async planOf(
    options: RunOptions & { resume?: boolean },
  ): Promise<readonly PlanItem[]> {
    const { graph, keys } = await this.#prepare(options, {});
    const last = this.#book.last(graph.flow);
    return options.resume && last
      ? planResume(graph, keys, last).items
      : planRun(graph, keys, last, {
          ...options,
          cache: { entries: this.#cache, now: Date.now() },
        }).items;
  }

  /** The same with what the form says: what a button would do. */
  planOfForm(
    options: { from?: NodeId; to?: NodeId; resume?: boolean } = {},
  ): Promise<readonly PlanItem[]> {
    return this.planOf({ ...this.#formOptions(), ...options });
  }

  async settled(): Promise<void> {
    await this.#starting;
    await this.#opening;
    await this.#drawing.settled();
  }

  async #prepare(
    options: RunOptions,
    defaults: Readonly<Record<string, unknown>>,
  ): Promise<{
    graph: Graph;
    keys: Readonly<Record<NodeId, string>>;
    parameters: Readonly<Record<string, unknown>>;
    program: Program;
  }> {
    const graph = await this.graphOf(options.flow);
    const program = this.#program;
    if (!program) throw new Error("A drawn flow has a program.");
    const known = parametersOf(graph);
    const names = new Set(known.map(({ name }) => name));
    const given = {
      ...Object.fromEntries(
        Object.entries(defaults).filter(([name]) => names.has(name)),
      ),
      ...options.parameters,
    };
    const parameters = checkParameters(known, given);
    const keys = taskKeys(
      graph,
      program.versions,
      parameters,
      new Set(program.usesContext),
    );
    return { graph, keys, parameters, program };
  }

  #flowView(name: string | undefined): FlowView {
    const view =
      name === undefined
        ? (this.flows.find((flow) => flow.name === this.flowName) ??
          this.flows[0])
        : this.flows.find((flow) => flow.name === name);
    if (view) return view;
    const names = this.flows.map((flow) => flow.name).join(", ");
    throw new FlowError(
      "unknown-flow",
      name === undefined
        ? 'This notebook has no flow. Write flow("name", () => { ... }) in a cell.'
        : `There is no flow "${name}". ${names ? `This notebook has ${names}.` : "This notebook has none."}`,
    );
  }

  #updatePlan(): void {
    this.stale = new Map();
    const view = this.flows.find(({ name }) => name === this.flowName);
    const program = this.#program;
    if (!view?.graph || view.error || !program) {
      this.plan = [];
      return;
    }
    try {
      const parameters = checkParameters(
        parametersOf(view.graph),
        this.parameters,
      );
      const keys = taskKeys(
        view.graph,
        program.versions,
        parameters,
        new Set(program.usesContext),
      );
      const last = this.#book.last(view.name);
      const resumption = last && planResume(view.graph, keys, last);
      if (last && resumption)
        this.stale = staleTasks(last, keys, resumption.items);
      const isWorthIt =
        resumption !== undefined &&
        resumption.items.some(({ action }) => action === "run") &&
        resumption.items.some(({ action }) => action === "reuse");
      this.planFor = isWorthIt ? "resume" : "run";
      this.plan = isWorthIt
        ? resumption.items
        : planRun(view.graph, keys, last, {
            cache: { entries: this.#cache, now: Date.now() },
          }).items;
    } catch {
      // A value in the form that does not fit is said at its field.
      this.plan = [];
    }
  }

  async #report(run: string): Promise<RunReport> {
    const state = this.#book.state(run);
    if (!state) throw new Error(`There is no run ${run}.`);
    return toReport(state, await this.#results.ofRun(state));
  }

  // ---------------------------------------------------------------- outputs

  /** Evaluates a view or SQL cell, and shows what it displays. */
  async runCell(cell: string): Promise<void> {
    await this.settled();
    await this.#viewCells(({ id }) => id === cell);
  }

  /** What a cell shows, by its name; evaluates it first if that is out of date. */
  async outputOf(name: string): Promise<Output | undefined> {
    await this.settled();
    await this.#viewing;
    const cell = this.notebook?.cells.find((other) => other.name === name);
    if (!cell || name === "") {
      const names = this.notebook?.cells.flatMap((other) => other.name || []);
      throw new FlowError(
        "unknown-cell",
        `There is no cell "${name}". This notebook has ${names?.join(", ") || "no named cells"}.`,
      );
    }
    if (cell.kind === "sql" || this.outputs[cell.id]?.status !== "done")
      await this.#viewCells(({ id }) => id === cell.id);
    return this.outputs[cell.id]?.outputs[0];
  }

  #viewCells(
    choose: (cell: Notebook["cells"][number]) => boolean,
  ): Promise<void> {
    const viewing = this.#viewing.then(async () => {
      await this.#drawing.settled();
      for (const cell of this.notebook?.cells ?? []) {
        if (cell.kind === "md" || !choose(cell)) continue;
        const compiled = this.#program?.cells.find(({ id }) => id === cell.id);
        if (!compiled || (cell.kind !== "sql" && !compiled.isView)) continue;
        await this.#viewCell(cell);
      }
    });
    this.#viewing = viewing.catch(() => {});
    return viewing;
  }

  async #viewCell(cell: Notebook["cells"][number]): Promise<void> {
    const notebookId = this.id;
    this.#showOutputs(cell.id, {
      status: "running",
      outputs: this.outputs[cell.id]?.outputs ?? [],
    });
    let outputs: readonly Output[];
    try {
      outputs =
        cell.kind === "sql"
          ? await this.#queryCell(cell.source)
          : await this.#evaluateCell(cell.name);
    } catch (thrown) {
      outputs = [{ type: "error", error: toErrorData(thrown) }];
    }
    if (this.id !== notebookId) return;
    this.#showOutputs(cell.id, { status: "done", outputs });
    if (cell.kind !== "sql" && !this.readOnly)
      await this.#parts.database.saveOutputs(cell.name, outputs);
  }

  async #queryCell(sql: string): Promise<readonly Output[]> {
    if (sql.trim() === "") return [];
    // A query that does not end holds up everything else, and only a restart of its worker ends it.
    const timer = setTimeout(
      () => void this.#parts.engine.restartDatabase(),
      queryLimit,
    );
    try {
      const found = await this.#parts.database.query(sql, [], shownRows);
      const { columns, rows, total } = found;
      return [{ type: "table", columns, rows, total }];
    } catch (thrown) {
      const text = tellMissingTable(thrown, {
        hasRun: this.runs.length > 0,
        flow: this.flows[0]?.name,
      });
      if (text === undefined) throw thrown;
      return [{ type: "text", text }];
    } finally {
      clearTimeout(timer);
    }
  }

  async #evaluateCell(name: string): Promise<readonly Output[]> {
    if (!this.#program) return [];
    const flows: Record<string, { state: RunState["state"]; result: unknown }> =
      {};
    for (const flow of this.flows) {
      const last = this.#book.last(flow.name);
      if (last)
        flows[flow.name] = {
          state: last.state,
          result: await this.#flowResult(last),
        };
    }
    return this.#parts.engine.view(this.#program, name, flows);
  }

  async #flowResult(run: RunState): Promise<unknown> {
    try {
      return await this.#results.resolve(run, run.graph.result);
    } catch {
      return undefined;
    }
  }

  #showOutputs(cell: string, output: CellOutput): void {
    this.outputs = { ...this.outputs, [cell]: output };
  }

  #markStale(cell: string): void {
    const output = this.outputs[cell];
    if (output?.status === "done")
      this.#showOutputs(cell, { ...output, status: "stale" });
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

  exportDatabase(): Promise<Uint8Array> {
    return this.#parts.database.exportDatabase();
  }

  async attach(name: string, data: Blob): Promise<void> {
    await this.settled();
    if (this.readOnly) throw new FlowError("read-only", this.readOnly);
    await this.#parts.database.writeFile(name, data);
    this.files = await this.#parts.database.files();
    this.#updateMissing();
  }

  async removeFile(name: string): Promise<void> {
    await this.#parts.database.removeFile(name);
    this.files = await this.#parts.database.files();
    this.#updateMissing();
  }

  async #refreshTables(): Promise<void> {
    this.tables = await this.#parts.database.tables();
  }

  #updateMissing(): void {
    const there = new Set(this.files.map(({ name }) => name));
    this.missingFiles =
      this.notebook?.attachments
        .map(({ name }) => name)
        .filter((name) => !there.has(name)) ?? [];
  }

  // ---------------------------------------------------------------- permissions

  async allow(origin: string): Promise<void> {
    await this.settled();
    await this.#decide(parseOrigin(origin), true);
  }

  async deny(origin: string): Promise<void> {
    await this.#decide(parseOrigin(origin), false);
  }

  async #decide(origin: string, isAllowed: boolean): Promise<void> {
    this.#permissions = { ...this.#permissions, [origin]: isAllowed };
    await this.#parts.library.writeSetting(
      `hosts:${this.id}`,
      this.#permissions,
    );
    this.#updateHosts();
    await this.#parts.engine.configure(this.#configuration());
  }

  #updateHosts(): void {
    const named = this.notebook?.network ?? [];
    const origins = new Set([...named, ...Object.keys(this.#permissions)]);
    this.hosts = [...origins].map((origin) => ({
      origin,
      allowed: this.#permissions[origin],
    }));
  }

  #configuration(): { workers: number; hosts: readonly string[] } {
    return {
      workers: this.notebook?.workers ?? this.#parts.workers,
      hosts: Object.keys(this.#permissions).filter(
        (origin) => this.#permissions[origin],
      ),
    };
  }

  // ---------------------------------------------------------------- sharing and notices

  async shareUrl(): Promise<string> {
    await this.settled();
    return `${location.origin}${location.pathname}${await makeLink(this.markdown())}`;
  }

  notify(
    kind: Notice["kind"],
    message: string,
    action?: Notice["action"],
  ): number {
    const id = this.#nextNotice++;
    this.notices = [
      ...this.notices,
      action ? { id, kind, message, action } : { id, kind, message },
    ];
    return id;
  }

  closeNotice(id: number): void {
    this.notices = this.notices.filter((notice) => notice.id !== id);
    this.#afterNotice.get(id)?.();
    this.#afterNotice.delete(id);
  }

  async #orNotice(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (thrown) {
      this.notify("error", toErrorData(thrown).message);
    }
  }
}

/** The id of a task of a run that is called so: by its id, its name or its variable. */
function taskIdOf(run: RunState, task: string): NodeId | undefined {
  if (run.tasks.has(task)) return task;
  return run.graph.nodes.find(
    (node) =>
      node.kind === "task" && (node.name === task || node.task === task),
  )?.id;
}

/** Where the result of an element of a map is kept. */
function keyOfElement(
  task: TaskRun | undefined,
  path: readonly number[],
): string | undefined {
  const children = task?.children;
  for (let at = 0; at < (children?.count ?? 0); at += 1)
    if (children!.pathOf(at).join() === path.join())
      return children!.run(at).key;
  return undefined;
}

function parametersOf(graph: Graph): readonly Parameter[] {
  return graph.nodes.flatMap((node) =>
    node.kind === "parameter" ? [node.parameter] : [],
  );
}

/** A new id: 16 letters and digits, unguessable. Works without a secure context, where randomUUID is missing. */
function makeId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => (byte % 36).toString(36)).join("");
}
