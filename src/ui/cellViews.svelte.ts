import { FlowError, toErrorData, type ErrorData } from "../core/errors.ts";
import type { RunState } from "../core/run.ts";
import type { State } from "../core/state.ts";
import type { CellQuery, Output } from "../engine/protocol.ts";
import type { DatabaseService, EngineService } from "../engine/services.ts";
import type { Program, ProgramCell } from "../notebook/compile/program.ts";
import type { Cell, Notebook } from "../notebook/document.ts";
import type { FlowView } from "./drawing.ts";
import { QueryViews } from "./queryViews.ts";

/** What a cell shows below itself. */
export interface CellOutput {
  status: "running" | "done" | "stale";
  outputs: readonly Output[];
}

/** What cells are shown of. */
export interface CellViewHost {
  readonly id: string | undefined;
  readonly notebook: Notebook | undefined;
  readonly program: Program | undefined;
  /** Why nothing can be kept, if so. */
  readonly readOnly: string | undefined;
  /** Settles when the newest text is compiled. */
  drawn(): Promise<void>;
  /** Settles when the files are there that come with the notebook. */
  filesThere(): Promise<void>;
  /** What the flows of the text gave when they ran last. */
  flowResults(): Promise<Record<string, { state: State; result: unknown }>>;
  /** The parameters of the selected flow, as the form has them. */
  formParameters(): Record<string, unknown>;
  readonly flows: readonly FlowView[];
  /** The last run of a flow, if there was one. */
  lastOf(
    flow: string,
  ): Pick<RunState, "graph" | "parameters" | "startedAt"> | undefined;
  /** How the last run of a flow went; undefined if there was none. */
  stateOf(flow: string): State | undefined;
  /** Ends the query that the database is at; all else waits for the new one. */
  restartDatabase(): Promise<void>;
}

interface Parts {
  engine: Pick<EngineService, "view">;
  database: Pick<DatabaseService, "query" | "tablesRead" | "saveOutputs">;
}

/** A query of nothing but comments. */
const emptySql = /^(?:\s|;|--[^\n]*(?:\n|$)|\/\*(?:(?!\*\/)[^])*(?:\*\/|$))*$/;

/** The text of a query: values do not change which tables are read. */
function textOf({ sql, code }: ProgramCell): string {
  return sql ? sql.texts.join("?") : code;
}

/** A notebook from its opening until it is left. It may be opened again before everything of the visit before has ended. */
interface Visit {
  notebook: string | undefined;
  opening: number;
}

/** Rows of a SQL cell that are kept for showing; the count is of all. */
const shownRows = 1_000;
/** A SQL cell may take this long. */
const queryLimit = 30_000;
/** How long the typing of SQL may pause before it is run, and how long commits are gathered before what they changed is shown. */
const pause = 400;

/** What the cells of the open notebook show below themselves, and how they come to it: one after the other. */
export class CellViews {
  /** By cell id. */
  outputs = $state.raw<Readonly<Record<string, CellOutput>>>({});
  /** Cells that show something of their own when they are evaluated, by id. */
  cells = $state.raw<ReadonlySet<string>>(new Set());
  readonly #parts: Parts;
  readonly #host: CellViewHost;
  #viewing: Promise<void> = Promise.resolve();
  readonly #queries = new QueryViews();
  /** Cells that are to be evaluated when the pause ends, by id. */
  readonly #soon = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the query that was sent last was stopped. */
  #isStopped = false;
  /** Another notebook is being opened: no cell begins any more. */
  #isLeft = false;
  /** How many notebooks have been opened. */
  #openings = 0;

  constructor(parts: Parts, host: CellViewHost) {
    this.#parts = parts;
    this.#host = host;
  }

  /** Shows what cells of a notebook that was opened showed last, by their names. */
  load(
    { cells }: Notebook,
    outputs: Readonly<Record<string, readonly Output[]>>,
  ): void {
    this.#isLeft = false;
    this.#openings += 1;
    this.#queries.clear();
    this.#soon.clear();
    // Nothing waits for what is slow in the notebook before.
    this.#viewing = Promise.resolve();
    this.outputs = Object.fromEntries(
      cells.flatMap(({ id, name }) => {
        const last = name ? outputs[name] : undefined;
        return last ? [[id, { status: "done", outputs: last }]] : [];
      }),
    );
  }

  /** The notebook is being left: what it still wants to show would hold up the one that comes. */
  leave(): void {
    this.#isLeft = true;
  }

  /** The text was compiled. */
  compiled(program: Program): void {
    const views = program.cells.filter(({ isView }) => isView);
    this.cells = new Set(views.map(({ id }) => id));
    this.#later(this.#queries.outdated(program));
  }

  /** Commits have changed tables: queries that read them are run again. */
  changedTables(tables: readonly string[]): void {
    const { program } = this.#host;
    if (program) this.#later(this.#queries.reading(program, tables));
  }

  /** The form has other parameters: queries that take some are run again. */
  changedParameters(): void {
    const { program } = this.#host;
    if (program) this.#later(this.#queries.withParameters(program));
  }

  /** A run has come to rest: evaluates what may show something of it. */
  rested(): Promise<void> {
    const due = new Set(this.#soon);
    this.#soon.clear();
    return this.view(
      (cell) =>
        cell.kind !== "sql" || due.has(cell.id) || !this.#queries.isKnown(cell),
    );
  }

  /** A cell was typed in: SQL is run when the typing pauses, other code when it is asked for. */
  typed({ id, kind }: Cell): void {
    if (kind !== "sql") this.markStale(id);
    else {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#later([id]);
    }
  }

  #later(ids: readonly string[]): void {
    for (const id of ids) this.#soon.add(id);
    if (ids.length === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const due = new Set(this.#soon);
      this.#soon.clear();
      void this.view(({ id }) => due.has(id));
    }, pause);
  }

  /** The tables that a SQL cell read when it was shown, in small letters; undefined if that is not known. */
  tablesOf(id: string): ReadonlySet<string> | undefined {
    return this.#queries.tablesOf(id);
  }

  /** A cell is not what it was when it was shown. */
  markStale(id: string): void {
    const output = this.outputs[id];
    if (output?.status === "done")
      this.#show(id, { ...output, status: "stale" });
  }

  /** Evaluates SQL cells and those that show something, as far as they are chosen, and shows what they display. */
  view(choose: (cell: Cell) => boolean): Promise<void> {
    const visit = { notebook: this.#host.id, opening: this.#openings };
    const viewing = this.#viewing.then(async () => {
      await this.#host.drawn();
      if (this.#hasLeft(visit)) return;
      for (const cell of this.#host.notebook?.cells ?? []) {
        if (cell.kind !== "md" && choose(cell) && this.#isView(cell))
          await this.#view(cell, visit);
        // Cells of another notebook have the same ids.
        if (this.#hasLeft(visit)) return;
      }
    });
    this.#viewing = viewing.catch(() => {});
    return viewing;
  }

  /** What a cell shows, by its name; evaluates it first if that is out of date. */
  async outputsOf(name: string): Promise<readonly Output[]> {
    await this.#viewing;
    const cells = this.#host.notebook?.cells ?? [];
    const cell = cells.find((other) => other.name === name);
    if (!cell || name === "") {
      const names = cells.flatMap((other) => other.name || []);
      const { unknownCell } = await import("./words/notFound.ts");
      throw new FlowError(
        "unknown-cell",
        unknownCell({
          name,
          cells: names.join(", "),
        }),
      );
    }
    if (cell.kind === "sql" || this.outputs[cell.id]?.status !== "done")
      await this.view(({ id }) => id === cell.id);
    const error = this.#errorOf(cell);
    if (error) return [{ type: "error", error }];
    return this.outputs[cell.id]?.outputs ?? [];
  }

  /** Why a cell cannot be evaluated, with its place; undefined if it can. */
  #errorOf({ id, name }: Cell): ErrorData | undefined {
    const { program } = this.#host;
    if (program?.broken[id] === undefined) return undefined;
    const of = program.diagnostics.filter(({ cell }) => cell === id);
    const first = of.find(({ severity }) => severity === "error") ?? of[0];
    if (!first) return undefined;
    const { code, line, column, message } = first;
    const place = `${name}:${line}:${column}`;
    return { code, name: "FlowError", message: `${place}: ${message}` };
  }

  /** Whether what is done for a notebook is for nobody any more. */
  #hasLeft({ notebook, opening }: Visit): boolean {
    const isNow = this.#host.id === notebook && this.#openings === opening;
    return this.#isLeft || !isNow;
  }

  #isView({ id, kind }: Cell): boolean {
    const compiled = this.#host.program?.cells.find((cell) => cell.id === id);
    return compiled !== undefined && (kind === "sql" || compiled.isView);
  }

  async #view(cell: Cell, visit: Visit): Promise<void> {
    this.#show(cell.id, {
      status: "running",
      outputs: this.outputs[cell.id]?.outputs ?? [],
    });
    let outputs: readonly Output[];
    try {
      outputs =
        cell.kind === "sql"
          ? await this.#query(cell, visit)
          : await this.#evaluate(cell.name);
    } catch (thrown) {
      outputs = [{ type: "error", error: toErrorData(thrown) }];
    }
    if (this.#hasLeft(visit)) return;
    this.#show(cell.id, { status: "done", outputs });
    if (cell.kind === "sql" || this.#host.readOnly) return;
    // What could not be kept is made again when somebody asks for it.
    await this.#parts.database
      .saveOutputs(cell.name, outputs, visit.notebook)
      .catch(() => undefined);
  }

  /** Ends the query of the cell that is being viewed. Only a restart of its worker does, and all else waits for it. */
  stopQuery(): void {
    this.#isStopped = true;
    void this.#host.restartDatabase();
  }

  async #query(cell: Cell, visit: Visit): Promise<readonly Output[]> {
    const { program } = this.#host;
    const compiled = program?.cells.find(({ id }) => id === cell.id);
    if (!program || !compiled || emptySql.test(cell.source)) return [];
    const sql = textOf(compiled);
    const read = compiled.reads?.map((name) =>
      program.cells.find((one) => one.name === name)!,
    );
    const cells = read?.map((one) => ({ name: one.name, sql: textOf(one) }));
    const reads = this.#parts.database
      .tablesRead(sql, cells)
      .catch(() => undefined);
    this.#isStopped = false;
    let outputs: readonly Output[];
    try {
      outputs = await ([compiled, ...(read ?? [])].some((one) => one.sql)
        ? this.#evaluate(cell.name)
        : this.#readRows(sql, cells));
    } catch (thrown) {
      // It stays known by what it reads only as long as it runs well.
      let error = toErrorData(thrown);
      if (this.#isStopped) {
        const { queryStopped } = await import("./words/slowQuery.ts");
        error = { name: "Error", message: queryStopped };
      }
      outputs = [{ type: "error", error }];
    }
    const isShown = outputs.every(({ type }) => type === "table");
    // One that was stopped holds up nothing again unless somebody asks for it.
    const tables = this.#isStopped ? [] : isShown ? await reads : undefined;
    if (!this.#hasLeft(visit)) this.#queries.viewed(program, compiled, tables);
    return outputs;
  }

  async #readRows(
    sql: string,
    cells: readonly CellQuery[] | undefined,
  ): Promise<readonly Output[]> {
    const timer = setTimeout(() => this.stopQuery(), queryLimit);
    try {
      const { database } = this.#parts;
      const found = await database.query(sql, [], shownRows, cells);
      const { columns, rows, total } = found;
      return [{ type: "table", columns, rows, total }];
    } catch (thrown) {
      const output = await this.#excuse(toErrorData(thrown));
      if (output.type === "error") throw thrown;
      return [output];
    } finally {
      clearTimeout(timer);
    }
  }

  /** An error as a cell shows it; when all that is missing is a run, what is said instead. */
  async #excuse(error: ErrorData): Promise<Output> {
    const { notebook, program, flows } = this.#host;
    const { tellNotRunYet } = await import("./notRunYet.ts");
    const text = tellNotRunYet(error, {
      cells: notebook?.cells ?? [],
      program,
      flows,
      stateOf: (flow) => this.#host.stateOf(flow),
    });
    return text === undefined
      ? { type: "error", error }
      : { type: "text", text };
  }

  async #evaluate(name: string): Promise<readonly Output[]> {
    await this.#host.filesThere();
    const { program } = this.#host;
    if (!program) return [];
    const flows = await this.#host.flowResults();
    const parameters = await this.#parametersOf(program);
    const given = { flows, parameters };
    const outputs = await this.#parts.engine.view(program, name, given);
    return Promise.all(
      outputs.map((output) =>
        output.type === "error" ? this.#excuse(output.error) : output,
      ),
    );
  }

  async #parametersOf({ cells }: Program): Promise<Record<string, unknown>> {
    const form = this.#host.formParameters();
    const takesOthers = cells.some(({ sql }) =>
      sql?.parameters.some((name) => !Object.hasOwn(form, name)),
    );
    if (!takesOthers) return form;
    const { queryParameters } = await import("./queryParameters.ts");
    const { flows } = this.#host;
    const lastOf = (flow: string) => this.#host.lastOf(flow);
    return queryParameters({ flows, lastOf }, form);
  }

  #show(id: string, output: CellOutput): void {
    this.outputs = { ...this.outputs, [id]: output };
  }
}
