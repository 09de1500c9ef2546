import { toErrorData, type ErrorData } from "../core/errors.ts";
import type { Graph } from "../core/graph.ts";
import type { TraceReport } from "../engine/protocol.ts";
import { offsetOf } from "../notebook/compile/position.ts";
import type { Program } from "../notebook/compile/program.ts";
import type { Diagnostic, Notebook } from "../notebook/document.ts";
import * as words from "./words/session.ts";

/** A flow of the open notebook, as last traced. */
export interface FlowView {
  name: string;
  /** The cell that defines it, by id. */
  cell: string | undefined;
  /** The last graph that could be drawn. */
  graph: Graph | undefined;
  /** Why the newest text could not be drawn; `graph` is then an older one. */
  error: ErrorData | undefined;
}

/** A notebook's text, compiled and traced. */
export interface Drawn {
  program: Program;
  flows: readonly FlowView[];
  /** What compiling and tracing found wrong. */
  diagnostics: readonly Diagnostic[];
}

type Compile = (notebook: Notebook) => Program;

/** What compiles one text after the other, and remembers what they have in common. */
async function loadCompiler(): Promise<Compile> {
  const { compileNotebook, createCache } =
    await import("../notebook/compile/compile.ts");
  const cache = createCache();
  return (notebook) => compileNotebook(notebook, cache);
}

/** How long typing has to pause before flows that take long to draw are drawn again. */
const pause = 120;
/** Flows that were drawn in less are drawn with every key. */
const quick = 150;

/**
 * Keeps program and graphs up with the text: compiles and traces with every key as long as that is quick, otherwise when typing
 * pauses, one text at a time, and drops results of older texts. While the text is broken, the last graph that could be drawn
 * stays.
 */
export class Drawing {
  #trace: (program: Program) => Promise<TraceReport>;
  #onDrawn: (drawn: Drawn) => void;
  #link: (program: Program, notebook: Notebook) => Promise<Program>;
  #onFailure: (thrown: unknown) => void;
  #compile: Compile | undefined;
  #newest = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #work: Promise<void> = Promise.resolve();
  /** Settles the work that has not begun, because there is newer. */
  #skip: () => void = () => {};
  /** Ends when the text that is being drawn is; never rejects, for the next text waits for it. */
  #current: Promise<void> = Promise.resolve();
  /** How long drawing took last. */
  #cost = 0;
  #tracedHash: string | undefined;
  #report: TraceReport = { graphs: [], errors: [] };
  #failure: ErrorData | undefined;
  #graphs = new Map<string, Graph>();
  /** The cell that last defined each flow. */
  #cells = new Map<string, string>();

  /** `onFailure` is told why a text could not be drawn at all, such as that the compiler could not be fetched. */
  constructor(
    trace: (program: Program) => Promise<TraceReport>,
    onDrawn: (drawn: Drawn) => void,
    link: (program: Program, notebook: Notebook) => Promise<Program>,
    onFailure: (thrown: unknown) => void,
  ) {
    this.#trace = trace;
    this.#onDrawn = onDrawn;
    this.#link = link;
    this.#onFailure = onFailure;
  }

  /** Takes a new text. `at once` for a notebook that was just opened; `program` if it is compiled already. */
  update(notebook: Notebook, atOnce = false, program?: Program): void {
    const version = ++this.#newest;
    clearTimeout(this.#timer);
    this.#skip();
    this.#work = new Promise((resolve) => {
      this.#skip = resolve;
      const begin = () =>
        void this.#begin(notebook, version, program).then(resolve);
      // Not after the frame that shows the key: workers draw while the page paints that.
      if (atOnce || this.#cost <= quick) queueMicrotask(begin);
      else this.#timer = setTimeout(begin, pause);
    });
  }

  async #begin(
    notebook: Notebook,
    version: number,
    program: Program | undefined,
  ): Promise<void> {
    await this.#current;
    if (version !== this.#newest) return;
    const begun = performance.now();
    this.#current = this.#draw(notebook, version, program).catch(
      this.#onFailure,
    );
    await this.#current;
    this.#cost = performance.now() - begun;
  }

  /** Settles when the newest text is compiled and traced. */
  async settled(): Promise<void> {
    for (let seen = -1; seen !== this.#newest;) {
      seen = this.#newest;
      await this.#work;
    }
  }

  /** Forgets the notebook before. */
  reset(): void {
    this.#newest += 1;
    clearTimeout(this.#timer);
    this.#skip();
    this.#work = Promise.resolve();
    this.#cost = 0;
    this.#tracedHash = undefined;
    this.#report = { graphs: [], errors: [] };
    this.#failure = undefined;
    this.#graphs.clear();
    this.#cells.clear();
  }

  async #draw(
    notebook: Notebook,
    version: number,
    compiled: Program | undefined,
  ): Promise<void> {
    // Asked for once: an import answers in a task of its own, and that is after the frame.
    if (!compiled) this.#compile ??= await loadCompiler();
    let program = compiled ?? this.#compile!(notebook);
    let failure: ErrorData | undefined;
    try {
      program = await this.#link(program, notebook);
    } catch (thrown) {
      failure = toErrorData(thrown);
    }
    const isLinked = !failure;
    if (version !== this.#newest) return;
    if (!isLinked || program.hash !== this.#tracedHash) {
      let report: TraceReport = { graphs: [], errors: [] };
      try {
        if (isLinked && program.flows.length > 0)
          report = await this.#trace(program);
      } catch (thrown) {
        failure = toErrorData(thrown);
      }
      if (version !== this.#newest) return;
      // What could not be linked may be there when the same text is drawn again.
      this.#tracedHash = isLinked ? program.hash : undefined;
      this.#report = report;
      this.#failure = failure;
      for (const graph of report.graphs) this.#graphs.set(graph.flow, graph);
    }
    this.#onDrawn(this.#result(notebook, program));
  }

  #result(notebook: Notebook, program: Program): Drawn {
    const fresh = new Map(
      this.#report.graphs.map((graph) => [graph.flow, graph]),
    );
    for (const { name, cell } of program.flows) this.#cells.set(name, cell);
    const flows = this.#flowsOf(notebook, program).map(
      ({ name, cell, problem }): FlowView => {
        const graph = fresh.get(name);
        return {
          name,
          cell,
          graph: graph ?? this.#graphs.get(name),
          error: graph
            ? undefined
            : (this.#failure ??
              this.#report.errors.find(({ flow }) => flow === name)?.error ??
              (problem && toError(problem, nameOf(notebook, cell))) ??
              this.#cellError(notebook, program, cell)),
        };
      },
    );
    return {
      program,
      flows,
      diagnostics: [
        ...program.diagnostics,
        ...this.#traceDiagnostics(notebook, program, flows),
      ],
    };
  }

  /** The flows of the text, and those of cells that are broken just now: they are being edited, not gone. */
  #flowsOf(
    notebook: Notebook,
    program: Program,
  ): readonly Omit<Program["flows"][number], "line" | "column">[] {
    const named = new Set(program.flows.map(({ name }) => name));
    const isBroken = (cell: string): boolean =>
      notebook.cells.some(({ id }) => id === cell) &&
      program.diagnostics.some(
        (diagnostic) =>
          diagnostic.cell === cell && diagnostic.severity === "error",
      ) &&
      !program.flows.some((flow) => flow.cell === cell);
    const kept = [...this.#cells]
      .filter(([name, cell]) => !named.has(name) && isBroken(cell))
      .map(([name, cell]) => ({ name, cell }));
    return [...program.flows, ...kept];
  }

  #cellError(
    notebook: Notebook,
    program: Program,
    cell: string | undefined,
  ): ErrorData {
    // What is wrong with one flow keeps no other from being drawn.
    const found = program.diagnostics.find(
      (one) =>
        one.cell === cell &&
        one.severity === "error" &&
        !program.flows.some(
          ({ problem }) =>
            problem?.line === one.line && problem.message === one.message,
        ),
    );
    const name = nameOf(notebook, cell);
    if (found) return toError(found, name);
    const reason = cell === undefined ? undefined : program.broken[cell];
    const thrown = this.#report.errors.find((error) => error.cell === name);
    return (
      thrown?.error ?? {
        code: "cell-failed",
        name: "FlowError",
        message: [words.cellFailed(name), reason].join(" ").trim(),
      }
    );
  }

  #traceDiagnostics(
    notebook: Notebook,
    program: Program,
    flows: readonly FlowView[],
  ): Diagnostic[] {
    const found: Diagnostic[] = [];
    const add = (cellName: string, error: ErrorData): void => {
      const cell = notebook.cells.find(({ name }) => name === cellName);
      if (!cell) return;
      const place = error.place ?? { line: 1, column: 1 };
      const from = offsetOf(cell.source, place.line, place.column);
      found.push({
        cell: cell.id,
        severity: "error",
        code: error.code ?? "cell-failed",
        message: error.code ? error.message : `${error.name}: ${error.message}`,
        line: place.line,
        column: place.column,
        from,
        to: Math.min(cell.source.length, from + 1),
      });
    };
    for (const { cell, error } of this.#report.errors)
      add(error.place?.cell ?? cell, error);
    if (this.#failure)
      for (const flow of flows) {
        const cell = notebook.cells.find(({ id }) => id === flow.cell);
        const where = program.flows.find(({ name }) => name === flow.name);
        if (cell && where)
          add(cell.name, {
            ...this.#failure,
            place: { cell: cell.name, line: where.line, column: where.column },
          });
      }
    return found;
  }
}

function nameOf({ cells }: Notebook, cell: string | undefined): string {
  return cells.find(({ id }) => id === cell)?.name ?? "";
}

function toError(
  {
    code,
    message,
    line,
    column,
  }: Pick<Diagnostic, "code" | "message" | "line" | "column">,
  cell: string,
): ErrorData {
  return { code, name: "FlowError", message, place: { cell, line, column } };
}
