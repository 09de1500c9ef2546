/**
 * What the page remembers beside the session. It is long because cells, graph, runs and keys all ask one object what is selected
 * and lead to each other through it.
 */
import { createContext, tick } from "svelte";
import { toErrorData } from "../core/errors.ts";
import type { GraphNode, NodeId } from "../core/graph.ts";
import type { RunState } from "../core/run.ts";
import { isFinal } from "../core/state.ts";
import type { Cell } from "../notebook/document.ts";
import type { CellTypes } from "./editor/cellTypes.svelte.ts";
import type { Selection } from "./editor/editor.ts";
import { cellOfTask, tasksOfCell } from "./definitions.ts";
import { Folds } from "./notebook/folds.svelte.ts";
import type { RunPlayer } from "./pane/runPlayer.svelte.ts";
import type { FlowView, Session } from "./session.svelte.ts";
import { theme } from "./theme.svelte.ts";
import { waitingTasks, type WaitingTask } from "./waitingTasks.ts";
import * as words from "./words/session.ts";

export type PaneTab =
  "graph" | "timeline" | "tables" | "runs" | "logs" | "files";

/** A place in a cell's text: a line and column counted from 1, or offsets. */
export type TextPlace = { line: number; column: number } | Selection;

/** What a cell on the page can be asked to do; each cell registers its own. */
export interface CellHandle {
  /** Puts the focus on the cell as a whole. */
  focus(): void;
  /** Puts the cursor into its text, at a place if one is given. */
  edit(at?: TextPlace): void;
  /** Where the cursor is in its text. */
  selection(): Selection | undefined;
  rename(): void;
}

const noFlows: ReadonlySet<NodeId> = new Set();

/** What the page itself remembers beside the session: which panel is in front, which sheet is open, where the focus is. */
export class Workbench {
  readonly session: Session;
  readonly theme = theme;
  tab = $state<PaneTab>("graph");
  /** Which of the two halves a phone shows. */
  front = $state<"notebook" | "pane">("notebook");
  sheet = $state<"palette" | "help" | "share" | "versions" | "permissions">();
  /** What was typed for the palette before it was there. */
  typedAhead = "";
  /** What waits until the reader has said of each host whether it may be contacted. */
  pending = $state.raw<() => Promise<void>>();
  /** The run whose text the sheet of versions shows first; undefined for the newest version. */
  versionsOf = $state<string>();
  /** Moves on while something runs, for durations on the page. */
  now = $state(Date.now());
  /** Parameters whose field holds something that cannot be used, with the reason. */
  invalidParameters = $state.raw<Readonly<Record<string, string>>>({});
  /** Which node's logs the Logs pane is limited to, and which of its elements', by its places: `3`, `3.0`. */
  logNode = $state<NodeId>();
  logElement = $state<string>();
  /** A node that somebody looks for: the graph brings it into sight, once. */
  soughtNode = $state<NodeId>();
  /** Which element of the selected node is looked at, by its index. */
  element = $state<number>();
  /** The table that the Tables pane shows. */
  table = $state<string>();

  /** What was done to the cells, for who cannot see it. */
  spoken = $state("");
  /** The gap between cells that a cell is dragged over, by the index of the cell below. */
  dropAt = $state<number>();
  #soughtForm: NodeId | undefined;
  /** What is searched for in all cells, to be marked. */
  searched = $state.raw<RegExp>();
  /** The match that is looked at. */
  foundAt = $state.raw<{ cell: string; from: number }>();
  /** Whether the bar that searches is open. */
  isSearching = $state(false);
  /** What the type checker says; there when somebody has begun to write. */
  types = $state.raw<CellTypes>();

  /** The flow on show. Of one that is not in the text any more there may be a run to look at. */
  readonly flow = $derived.by((): FlowView | undefined => {
    const { flowName: name = "", flows, isDrawn, desk } = this.session;
    const found = flows.find((flow) => flow.name === name);
    if (found || !isDrawn || !this.run) return found;
    const mayChoose = flows.length > 0 && !desk.running;
    const message = words.flowGone(name, mayChoose);
    const error = { name: "FlowError", message };
    return { name, cell: undefined, graph: undefined, error };
  });
  /** The flows to choose from. */
  readonly flows = $derived.by((): readonly FlowView[] => {
    const { flow } = this;
    const { flows } = this.session;
    return !flow || flows.includes(flow) ? flows : [...flows, flow];
  });
  /** The run on show, if it is of the flow on show. */
  readonly run = $derived.by((): RunState | undefined =>
    this.session.desk.runs.find(
      ({ run, flow }) =>
        run === this.session.desk.shownRun && flow === this.session.flowName,
    ),
  );
  /** The newest run of the flow on show. */
  readonly lastRun = $derived.by((): RunState | undefined =>
    this.session.desk.runs.find(({ flow }) => flow === this.session.flowName),
  );
  /** Shows the run on show as it was at some time; undefined for as it is. */
  player = $state.raw<RunPlayer>();
  /** The run on show, as it is or as its player shows it. */
  readonly scene = $derived.by((): RunState | undefined =>
    this.isReplaying ? (this.player?.scene ?? this.run) : this.run,
  );
  /** All tasks that wait for a person, in whatever run. */
  readonly waiting = $derived.by((): readonly WaitingTask[] =>
    waitingTasks(this.session.desk.runs),
  );
  /** The sub-flows of the flow on show whose tasks are on show too. */
  readonly openFlows = $derived.by(
    (): ReadonlySet<NodeId> =>
      this.#openFlows[this.session.flowName ?? ""] ?? noFlows,
  );
  readonly cell = $derived.by((): Cell | undefined =>
    this.session.notebook?.cells.find(
      ({ id }) => id === this.session.selectedCell,
    ),
  );

  #openFlows = $state.raw<Readonly<Record<string, ReadonlySet<NodeId>>>>({});
  #entered: string | undefined;
  #handles = new Map<string, CellHandle>();

  readonly folds: Folds;

  constructor(session: Session) {
    this.session = session;
    this.folds = new Folds(this);
  }

  /** Begins anew with the notebook that is open now, unless it is the one from before. */
  enter(): void {
    if (this.#entered === this.session.id) return;
    // What was asked for before the first notebook was there is not about another one.
    if (this.#entered !== undefined) this.sheet = undefined;
    this.#entered = this.session.id;
    this.tab = "graph";
    this.front = "notebook";
    this.pending = undefined;
    this.versionsOf = undefined;
    this.invalidParameters = {};
    this.logNode = undefined;
    this.logElement = undefined;
    this.element = undefined;
    this.table = undefined;
    this.player = undefined;
    this.soughtNode = undefined;
    this.spoken = "";
    this.foundAt = undefined;
    this.searched = undefined;
    this.isSearching = false;
    this.#openFlows = {};
    this.folds.reset();
  }

  // ---------------------------------------------------------------- what can be done now

  get canChange(): boolean {
    return this.session.readOnly === undefined;
  }

  get isReplaying(): boolean {
    return this.run !== undefined && this.player?.run === this.run.run;
  }

  /** The time that it is for what is on show. */
  get clock(): number {
    return (this.isReplaying ? this.player?.time : undefined) ?? this.now;
  }

  /** Why Run cannot be pressed; undefined if it can. */
  get runProblem(): string | undefined {
    const { session } = this;
    if (session.readOnly !== undefined) return session.readOnly;
    if (session.desk.running) return words.flowRunning;
    if (!this.flow)
      return session.isDrawn ? words.noFlowYet : words.notDrawnYet;
    const { name, cell, error } = this.flow;
    if (error)
      return cell === undefined ? error.message : words.flowBroken(name);
    return Object.values(this.invalidParameters)[0];
  }

  get canResume(): boolean {
    if (this.runProblem !== undefined || !this.lastRun) return false;
    if (!isFinal(this.lastRun.state)) return false;
    return (
      this.session.desk.planFor === "resume" || this.lastRun.state !== "Success"
    );
  }

  /** Whether the run on show rests until a person answers. */
  get isResting(): boolean {
    return !this.session.desk.running && this.run?.state === "Paused";
  }

  /** Whether a run is going on, or waits for files to begin. */
  get isGoing(): boolean {
    const { desk, addingFiles, comingFiles } = this.session;
    const isAwaited = addingFiles.size + comingFiles.length > 0;
    return desk.running || (desk.isBeginning && isAwaited);
  }

  get canCancel(): boolean {
    return this.isGoing || this.isResting;
  }

  // ---------------------------------------------------------------- running

  /** Runs the flow, or leads to what stands in the way. */
  async startRun(options: { from?: NodeId; to?: NodeId } = {}): Promise<void> {
    const problem = this.runProblem;
    if (problem === undefined)
      return this.#afterAsking(() => this.session.startRun(options));
    if (this.session.desk.running) return;
    const invalid = Object.keys(this.invalidParameters)[0];
    this.session.notices.refuse(problem);
    if (invalid !== undefined) {
      this.showTab("graph");
      await tick();
      document.getElementById(`parameter-${invalid}`)?.focus();
    } else if (this.flow?.error) this.goToPlace(this.flow.error.place);
  }

  async resumeRun(): Promise<void> {
    if (this.canResume) await this.#afterAsking(() => this.session.resumeRun());
  }

  /** Runs the flow without contacting any host, whatever was allowed; nothing is decided by that. */
  async runOffline(): Promise<void> {
    if (this.runProblem === undefined)
      await this.session.withoutNetwork(() => this.session.startRun());
  }

  /**
   * Does something that may contact hosts. In somebody else's notebook the reader first decides about each host that it names;
   * one's own is asked about as well, but nothing waits for the answer.
   */
  async #afterAsking(action: () => Promise<void>): Promise<void> {
    const { preview, hosts } = this.session;
    if (!preview || hosts.undecided.length === 0) return action();
    this.pending = action;
    this.sheet = "permissions";
  }

  async cancelRun(): Promise<void> {
    if (this.canCancel && !this.session.desk.cancelling)
      await this.try(() => this.session.desk.cancelRun());
  }

  /** Does something; if it fails, says why. */
  async try(action: () => unknown): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (thrown) {
      this.session.notify("error", toErrorData(thrown).message);
      return false;
    }
  }

  /** What running one cell means: its flow, or what it shows. */
  async runCell(id: string): Promise<void> {
    const cell = this.#cell(id);
    if (!cell || cell.kind === "md") return;
    const flow = this.session.flows.find((view) => view.cell === id);
    if (!flow && cell.kind === "sql") return this.session.runCell(id);
    if (!flow) return this.#afterAsking(() => this.session.runCell(id));
    if (this.session.flowName !== flow.name) this.session.selectFlow(flow.name);
    await this.startRun();
  }

  // ---------------------------------------------------------------- cells

  register(id: string, handle: CellHandle): () => void {
    this.#handles.set(id, handle);
    return () => {
      if (this.#handles.get(id) === handle) this.#handles.delete(id);
    };
  }

  /** Makes a cell the selected one; the graph follows. */
  select(id: string): void {
    if (this.session.selectedCell === id) return;
    this.session.selectedCell = id;
    const cell = this.#cell(id);
    const tasks = cell ? tasksOfCell(cell) : [];
    const node = this.flow?.graph?.nodes.find(
      (other) => other.kind === "task" && tasks.includes(other.task),
    );
    if (node) this.session.selectedNode = node.id;
  }

  async focusCell(id: string): Promise<void> {
    this.front = "notebook";
    this.folds.reveal(id);
    this.select(id);
    await tick();
    this.#handles.get(id)?.focus();
  }

  async editCell(id: string, at?: TextPlace): Promise<void> {
    this.front = "notebook";
    this.folds.reveal(id);
    this.select(id);
    await tick();
    this.#handles.get(id)?.edit(at);
  }

  /** The type checker of cells, from now on. */
  async startTypes(): Promise<CellTypes> {
    const { CellTypes } = await import("./editor/cellTypes.svelte.ts");
    return (this.types ??= new CellTypes(this.session));
  }

  /** One step back or forward, with the writer where they were. */
  async goInHistory(step: "undo" | "redo"): Promise<void> {
    const isWriting = Boolean(
      document.activeElement?.closest("[contenteditable=true], textarea"),
    );
    const title = this.session.notebook?.title;
    const caret = this.session.text[step]();
    // That is seen wherever the writer is.
    if (!caret && this.session.notebook?.title !== title) return;
    const isThere = caret !== undefined && this.#cell(caret.cell);
    const cell = isThere ? caret.cell : this.cell?.id;
    if (cell === undefined) return;
    if (isWriting)
      await this.editCell(cell, isThere ? caret.selection : undefined);
    else await this.focusCell(cell);
  }

  renameCell(id: string): void {
    this.#handles.get(id)?.rename();
  }

  /** Puts the cursor where an error says that it happened. */
  goToPlace(
    place: { cell: string; line: number; column: number } | undefined,
  ): void {
    const cell = this.session.notebook?.cells.find(
      ({ name }) => name !== "" && name === place?.cell,
    );
    if (cell && place) void this.editCell(cell.id, place);
  }

  /** The cell `by` places after the selected one, if there is one; what is folded away is passed over. */
  neighbour(by: 1 | -1): Cell | undefined {
    const { hidden } = this.folds;
    const cells = (this.session.notebook?.cells ?? []).filter(
      ({ id }) => !hidden.has(id),
    );
    const index = cells.findIndex(({ id }) => id === this.session.selectedCell);
    if (index < 0) return by > 0 ? cells[0] : cells.at(-1);
    return cells[index + by];
  }

  /** Changes cells; what can be done to them is loaded when it is first needed. */
  async act(
    action: (actions: typeof import("./notebook/cellActions.ts")) => unknown,
  ): Promise<void> {
    if (!this.canChange) return;
    const [actions] = await Promise.all([
      import("./notebook/cellActions.ts"),
      this.session.text.editable(),
    ]);
    await action(actions);
  }

  /** Where the cursor is in the text of a cell. */
  selectionIn(id: string): Selection | undefined {
    return this.#handles.get(id)?.selection();
  }

  // ---------------------------------------------------------------- pane

  showTab(tab: PaneTab): void {
    this.tab = tab;
    this.front = "pane";
  }

  /** Makes a node the selected one, and with it the cell that defines its task. One in a closed sub-flow comes into view. */
  selectNode(id: NodeId | undefined, element?: number): void {
    const { session } = this;
    session.selectedNode = id;
    this.element = element;
    const node = this.node(id);
    if (node?.kind !== "task") return;
    this.#openAll(node.within);
    const cell = this.cellOf(node);
    if (!cell) return;
    session.selectedCell = cell.id;
    this.showCell(cell.id, "nearest");
  }

  /** Scrolls a cell into sight; if a place in it is meant, also one that is folded. */
  showCell(id: string, block: ScrollLogicalPosition, isPlace = false): void {
    this.folds.reveal(id, isPlace);
    void tick().then(() =>
      document
        .querySelector(`[data-cell="${CSS.escape(id)}"]`)
        ?.scrollIntoView({ block }),
    );
  }

  /** A node of the flow on show: as it stands in the text, or if it is not there any more as it is in the run on show. */
  node(id: NodeId | undefined): GraphNode | undefined {
    const isIt = (other: GraphNode): boolean => other.id === id;
    const isLatest = !this.run || this.run === this.lastRun;
    return (
      (isLatest ? this.flow?.graph?.nodes.find(isIt) : undefined) ??
      this.run?.graph.nodes.find(isIt)
    );
  }

  /** The cell that defines a node's task, or its flow. */
  cellOf(node: GraphNode): Cell | undefined {
    const { session } = this;
    if (node.kind !== "task" || !session.notebook) return undefined;
    const { operator } = node;
    if (operator?.type !== "flow")
      return operator
        ? undefined
        : cellOfTask(session.notebook.cells, node.task);
    const view = session.flows.find(({ name }) => name === operator.flow);
    return view?.cell === undefined ? undefined : this.#cell(view.cell);
  }

  /** Shows the tasks of a sub-flow, or hides them. */
  toggleFlow(id: NodeId): void {
    const open = new Set(this.openFlows);
    if (!open.delete(id)) open.add(id);
    this.#setOpen(open);
  }

  #openAll(ids: readonly NodeId[]): void {
    if (ids.every((id) => this.openFlows.has(id))) return;
    this.#setOpen(new Set([...this.openFlows, ...ids]));
  }

  #setOpen(open: ReadonlySet<NodeId>): void {
    const flow = this.session.flowName ?? "";
    this.#openFlows = { ...this.#openFlows, [flow]: open };
  }

  /** Leads to a task that waits for a person. */
  async showWaiting({ run, node, element }: WaitingTask): Promise<void> {
    if (this.session.desk.shownRun !== run || this.run?.run !== run)
      await this.session.desk.showRun(run);
    this.showTab("graph");
    this.selectNode(node, element);
    await tick();
    const form = document.querySelector<HTMLElement>("[data-answer]");
    // What shows the details of a task may have to be loaded first.
    if (form) form.focus();
    else this.#soughtForm = node;
  }

  /** Whether the reader was led to a task's form before it was there; only once. */
  takeSoughtForm(node: NodeId): boolean {
    const isSought = this.#soughtForm === node;
    if (isSought) this.#soughtForm = undefined;
    return isSought;
  }

  /** Shows the versions of the text, first the one that a run ran if one is given. */
  showVersions(run?: string): void {
    this.versionsOf = run;
    this.sheet = "versions";
  }

  /** Shows the log lines of a node only, or of one of its elements. */
  showLogs(node: NodeId, element?: string): void {
    this.logNode = node;
    this.logElement = element;
    this.showTab("logs");
  }

  setInvalid(name: string, reason: string | undefined): void {
    if (this.invalidParameters[name] === reason) return;
    const { [name]: _, ...others } = this.invalidParameters;
    this.invalidParameters =
      reason === undefined ? others : { ...others, [name]: reason };
  }

  #cell(id: string): Cell | undefined {
    return this.session.notebook?.cells.find((cell) => cell.id === id);
  }
}

export const [getWorkbench, setWorkbench] = createContext<Workbench>();
