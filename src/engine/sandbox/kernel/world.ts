import { type ErrorData, FlowError } from "../../../core/errors.ts";
import { listNames } from "../../../core/words.ts";
import type {
  Program,
  ProgramCell,
} from "../../../notebook/compile/program.ts";
import type { NodeId } from "../../../core/graph.ts";
import type { RefusedStep, TraceReport, TraceStep } from "../../protocol.ts";
import { type CellFunction, CellScripts } from "./cellScripts.ts";
import { type Current, NothingRunsYet } from "./current.ts";
import { isTask, nameTask, type WithOptions } from "./definition.ts";
import { type FlowDefinition, refuseStep } from "./flowOptions.ts";
import type { Packages } from "./packages.ts";
import { bindQuery } from "./sqlText.ts";
import type { Places } from "./stack.ts";
import { explain, fail, refuse, type Outcome } from "./outcome.ts";
import { withoutSignal } from "./signals.ts";
import { traceFlow } from "./traceFlow.ts";
import { makeMissingRows, makeUnavailable } from "./unavailable.ts";
import { waitBriefly } from "./waitBriefly.ts";

/**
 * The evaluated cells of a program. A cell is evaluated when it is first needed, after those it takes names from, and
 * then kept for all jobs; unless it reached outside (database, files, network, flow results), then it is evaluated anew
 * for each job, since what it found may have changed.
 */
export class World {
  #current: Current;
  #program: Program;
  #places: Places;
  #isDrawing: boolean;
  #declaring = new Map<string, ProgramCell>();
  #scripts: CellScripts;
  #outcomes = new Map<ProgramCell, Outcome>();
  #impure = new Set<ProgramCell>();
  /** What became of SQL cells, by the errors that those get who use their rows. */
  #causes = new WeakMap<Error, Outcome>();
  #flows = new Map<string, FlowDefinition>();
  /** What is behind the nodes of flows that were traced for it. */
  #definitions = new Map<string, ReadonlyMap<NodeId, WithOptions>>();
  #found = new Map<string, unknown>();
  #problems: { cell: string; flow: string; error: unknown }[] = [];
  #show: (value: unknown) => unknown;
  #packages: Packages;

  constructor(
    current: Current,
    program: Program,
    places: Places,
    options: {
      isDrawing: boolean;
      /** What a view cell's last expression is given to. */
      show: (value: unknown) => unknown;
      packages: Packages;
    },
  ) {
    this.#current = current;
    this.#program = program;
    this.#places = places;
    this.#scripts = new CellScripts(current.platform, places);
    this.#isDrawing = options.isDrawing;
    this.#show = options.show;
    this.#packages = options.packages;
    for (const cell of program.cells)
      for (const name of cell.declares) this.#declaring.set(name, cell);
  }

  /** Called by the script of a cell. */
  register(name: string, fn: CellFunction): void {
    this.#scripts.register(name, fn);
  }

  /** The cell that is being evaluated depends on more than its code. */
  markImpure(cell: ProgramCell): void {
    this.#impure.add(cell);
  }

  addFlow(flow: FlowDefinition): void {
    const known = this.#flows.get(flow.name);
    if (known && this.#isDrawing) {
      this.#problems.push({
        cell: flow.cell.name,
        flow: flow.name,
        error: new FlowError(
          "duplicate-name",
          `There are two flows with the name ${JSON.stringify(flow.name)}; the other is in the cell ${known.cell.name}. Give one of them another name.`,
        ),
      });
      return;
    }
    this.#flows.set(flow.name, flow);
  }

  /** What the compiler found in the body of a flow. */
  mistakeIn(flow: string): FlowError | undefined {
    const known = this.#program.flows.find(({ name }) => name === flow);
    return (
      known?.problem &&
      new FlowError(
        known.problem.code,
        `The flow ${JSON.stringify(flow)} has a mistake: ${known.problem.message}`,
      )
    );
  }

  /** Whether a cell that was evaluated depends on more than its code, so that what it found may have changed. */
  get hasImpure(): boolean {
    return this.#impure.size > 0;
  }

  /** What was found in the cells as they are evaluated now, by a key of whoever looks for it; another map once some are forgotten. */
  get found(): Map<string, unknown> {
    return this.#found;
  }

  /** Forgets what may have changed since the last job; and a cell that is to be evaluated in any case. */
  refresh(cell?: ProgramCell): void {
    const stale = new Set(this.#impure);
    if (cell) stale.add(cell);
    for (const one of this.#program.cells)
      if (one.inputs.some((name) => stale.has(this.#declaring.get(name)!)))
        stale.add(one);
    if (stale.size > 0) this.#found = new Map();
    for (const one of stale) this.#outcomes.delete(one);
    for (const [name, flow] of this.#flows)
      if (stale.has(flow.cell)) {
        this.#flows.delete(name);
        this.#definitions.delete(name);
      }
    this.#impure.clear();
  }

  get cells(): readonly ProgramCell[] {
    return this.#program.cells;
  }

  cell(name: string): ProgramCell | undefined {
    return this.#program.cells.find((cell) => cell.name === name);
  }

  /** The values of a cell, for its own sake. */
  async valuesOf(cell: ProgramCell): Promise<Record<string, unknown>> {
    const outcome = await this.evaluate(cell);
    if (outcome.ok) return outcome.values;
    throw outcome.origin === cell.name
      ? outcome.error
      : explain(outcome, `The cell ${cell.name}`);
  }

  /** The value of a top-level name, with the cells it needs evaluated first. */
  async value(name: string): Promise<{ value: unknown } | undefined> {
    const cell = this.#declaring.get(name);
    if (!cell) return undefined;
    const outcome = await this.evaluate(cell);
    if (outcome.ok) return { value: outcome.values[name] };
    throw explain(outcome, `The cell ${cell.name}`);
  }

  /** All top-level names, for messages. */
  get names(): string[] {
    return [...this.#declaring.keys()];
  }

  /** A flow by its name, with its cell evaluated first; undefined if there is none. */
  async flow(name: string): Promise<FlowDefinition | undefined> {
    const id = this.#program.flows.find((flow) => flow.name === name)?.cell;
    const mayDefine = (cell: ProgramCell) =>
      cell.kind !== "sql" && cell.language.includes("flow");
    for (const cell of [
      ...this.#program.cells.filter((cell) => cell.id === id),
      ...this.#program.cells.filter(mayDefine),
    ]) {
      if (this.#flows.has(name)) break;
      await this.evaluate(cell);
    }
    return this.#flows.get(name);
  }

  /**
   * What is behind a node of a flow, so that options are found that only a call in the flow's body gives. Undefined if the
   * flow cannot be drawn, or has no such node.
   */
  async definitionOf(
    flowName: string,
    node: NodeId,
  ): Promise<WithOptions | undefined> {
    let known = this.#definitions.get(flowName);
    if (!known) {
      const flow = await this.flow(flowName);
      if (!flow) return undefined;
      try {
        known = traceFlow(this.#current, flow).drawing.definitions;
      } catch {
        known = new Map(); // What is wrong with the flow was told when its graph was drawn.
      }
      this.#definitions.set(flowName, known);
    }
    return known.get(node);
  }

  /** Evaluates a cell and, in the program's order, the cells it needs. */
  async evaluate(cell: ProgramCell): Promise<Outcome> {
    const needed = this.#needs(cell);
    let outcome: Outcome | undefined;
    for (const one of this.#program.cells) {
      if (!needed.has(one)) continue;
      outcome = this.#outcomes.get(one);
      if (!outcome) {
        outcome = await this.#evaluateOne(one);
        this.#outcomes.set(one, outcome);
      }
      if (one === cell) break;
    }
    return outcome!;
  }

  /** The graphs of all flows that can be drawn. A cell or a flow that fails takes nothing else with it. */
  async trace(refused: readonly RefusedStep[] = []): Promise<TraceReport> {
    for (const { cell: name, flow, message } of refused) {
      const cell = flow === undefined ? this.cell(name) : undefined;
      if (cell) this.#outcomes.set(cell, refuse(cell, message));
    }
    const errors: TraceReport["errors"][number][] = [];
    const describe = (thrown: unknown): ErrorData =>
      this.#places.describe(withoutSignal(thrown, false));
    const failed = new Set<ProgramCell>();
    const defining = this.#program.cells.filter(
      ({ kind, language }) => kind !== "sql" && language.includes("flow"),
    );
    const needed = new Set<ProgramCell>();
    for (const cell of defining) this.#needs(cell, needed);
    this.#scripts.runTogether([...needed].filter(({ kind }) => kind !== "sql"));
    for (const cell of defining) {
      const outcome = await this.evaluate(cell);
      if (outcome.ok) continue;
      failed.add(cell);
      errors.push({
        cell: cell.name,
        flow: undefined,
        error: describe(
          outcome.origin === cell.name
            ? outcome.error
            : explain(outcome, `The cell ${cell.name}`),
        ),
      });
    }
    for (const problem of this.#problems)
      errors.push({ ...problem, error: describe(problem.error) });
    for (const flow of this.#flows.values()) refuseStep(flow, refused);
    const graphs: TraceReport["graphs"][number][] = [];
    for (const flow of this.#flows.values()) {
      if (failed.has(flow.cell) || flow.refusal?.isTold) continue;
      const step = { cell: flow.cell.name, flow: flow.name };
      this.#tell(step);
      try {
        graphs.push(traceFlow(this.#current, flow).graph);
      } catch (thrown) {
        errors.push({ ...step, error: describe(thrown) });
      }
    }
    return { graphs, errors };
  }

  /** While the graph is drawn: what is done next. */
  #tell(step: TraceStep): void {
    const { job } = this.#current;
    if (job && this.#isDrawing)
      job.post({ type: "drawing", job: job.number, ...step });
  }

  /** The cell and all that it takes names from, however indirectly. */
  #needs(cell: ProgramCell, found = new Set<ProgramCell>()): Set<ProgramCell> {
    found.add(cell);
    for (const name of cell.inputs) {
      const input = this.#declaring.get(name);
      if (input && !found.has(input)) this.#needs(input, found);
    }
    return found;
  }

  async #evaluateOne(cell: ProgramCell): Promise<Outcome> {
    const inputs: Record<string, unknown> = {};
    const { job } = this.#current;
    for (const name of cell.inputs) {
      const source = this.#declaring.get(name);
      const outcome = source && this.#outcomes.get(source);
      if (!outcome)
        return fail(
          cell,
          new FlowError(
            "unknown-name",
            `The cell ${cell.name} needs ${name}, which no cell defines.`,
          ),
        );
      if (outcome.ok) inputs[name] = outcome.values[name];
      else if (source.kind !== "sql" || job?.kind === "view") return outcome;
      else {
        // Beside the task that uses the rows there may be the one that makes their table.
        const error = explain(outcome, `The cell ${cell.name}`);
        this.#causes.set(error, outcome);
        inputs[name] = makeMissingRows(error);
      }
    }
    this.#current.cell = cell;
    this.#tell({ cell: cell.name, flow: undefined });
    try {
      const values =
        cell.kind === "sql"
          ? await this.#query(cell, inputs)
          : await this.#call(cell, inputs);
      for (const [name, value] of Object.entries(values))
        if (isTask(value)) nameTask(value, name);
      return { ok: true, values };
    } catch (thrown) {
      const cause = this.#causes.get(thrown as Error);
      if (cause) return cause;
      if (!(thrown instanceof NothingRunsYet) || cell.language.includes("flow"))
        return fail(cell, thrown);
      // The flows that only mention the cell's names in their tasks can be drawn all the same.
      const values: Record<string, unknown> = {};
      for (const name of cell.declares)
        values[name] = makeUnavailable(name, cell);
      return { ok: true, values };
    } finally {
      this.#current.cell = undefined;
      this.#current.builtIns.keep();
    }
  }

  async #query(
    cell: ProgramCell,
    inputs: Record<string, unknown>,
  ): Promise<Record<string, unknown>> {
    this.markImpure(cell);
    if (this.#isDrawing) throw new NothingRunsYet("A query");
    const job = this.#current.job!;
    const bind = (one: ProgramCell) =>
      bindQuery(one, inputs, job, async (values) => {
        const shown: unknown[] = [];
        await this.#call(one, values, (value) => shown.push(value));
        return Promise.all(shown);
      });
    const cells: Awaited<ReturnType<typeof bind>>[] = [];
    for (const name of cell.reads ?? []) {
      const read = this.cell(name)!;
      try {
        cells.push(await bind(read));
      } catch (thrown) {
        throw explain(fail(read, thrown), `The cell ${cell.name}`);
      }
    }
    const { sql, parameters } = await bind(cell);
    const rows = await job.data.call({
      ...{ method: "query", sql, parameters },
      ...(cell.reads ? { cells } : {}),
    });
    const names = cell.declares.length > 0 ? cell.declares : [cell.name];
    return Object.fromEntries(names.map((name) => [name, rows]));
  }

  async #call(
    cell: ProgramCell,
    inputs: Record<string, unknown>,
    show: (value: unknown) => unknown = this.#show,
  ): Promise<Record<string, unknown>> {
    for (const specifier of cell.packages ?? [])
      await this.#packages.load(specifier);
    const fn = this.#scripts.functionOf(cell);
    const values = fn(inputs, show);
    return ((await (this.#isDrawing
      ? waitBriefly(this.#current.platform, cell, values)
      : values)) ?? {}) as Record<string, unknown>;
  }
}

/** What a program defines, for the message about a name that it does not. */
export function nameKnown(names: readonly string[]): string {
  return names.length > 0
    ? `There are ${listNames(names, 20)}.`
    : "There are none.";
}
