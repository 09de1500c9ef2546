import { basename } from "node:path";
import { FlowError, toErrorData } from "../core/errors.ts";
import type { Graph } from "../core/graph.ts";
import { WorkerExecutor } from "../engine/workerExecutor.ts";
import { traceFlows } from "../engine/traceFlows.ts";
import { noSupplies } from "../engine/tracing.ts";
import type { TraceReport } from "../engine/protocol.ts";
import { WorkerPool } from "../engine/workerPool.ts";
import { compileNotebook } from "../notebook/compile/compile.ts";
import type { Program } from "../notebook/compile/program.ts";
import { notebookFileKind } from "../notebook/convert/readFile.ts";
import type { Notebook } from "../notebook/document.ts";
import { parseNotebook } from "../notebook/parse.ts";
import { linkKeptPackages } from "./packages.ts";
import {
  errorsOf,
  findStarts,
  NotebookError,
  problemsOf,
  type Problem,
  type Starts,
} from "./problems.ts";
import { readText } from "./textFile.ts";
import { openThreads, type Threads } from "./threads.ts";

/** How long a cell or a flow may take to be drawn where a machine may be busy, in milliseconds. */
const traceLimit = 10_000;

/** A notebook file, compiled and drawn. */
export interface OpenProgram {
  path: string;
  notebook: Notebook;
  program: Program;
  graphs: readonly Graph[];
  starts: Starts;
  /** What is wrong, in the order of the cells. */
  problems: readonly Problem[];
}

/** Reads, compiles and draws a notebook file. Rejects if the file cannot be read. */
export async function openProgram(path: string): Promise<OpenProgram> {
  const text = await readNotebook(path);
  const { notebook, diagnostics } = parseNotebook(text);
  const { program, graphs, errors } = await drawProgram(path, notebook);
  const starts = findStarts(text, notebook);
  const problems = problemsOf(
    ...([text, notebook, diagnostics, program.diagnostics, errors] as const),
  );
  return { path, notebook, program, graphs, starts, problems };
}

async function readNotebook(path: string): Promise<string> {
  const text = await readText(path);
  if ((notebookFileKind(path) ?? "markdown") === "markdown") return text;
  const name = basename(path).replace(/\.[^.]+$/, ".flow.md");
  throw new FlowError(
    "invalid-argument",
    `${path} is no notebook yet. Make it one: flowbook convert ${path} -o ${name}`,
  );
}

/** Compiles the notebook of a file, with its packages, and draws its flows; why they cannot be drawn is among the errors. */
export async function drawProgram(path: string, notebook: Notebook) {
  const { linked: program } = await linkKeptPackages(
    path,
    compileNotebook(notebook),
    notebook,
  );
  const none: TraceReport = { graphs: [], errors: [] };
  if (program.flows.length === 0) return { program, ...none };
  try {
    return { program, ...(await traceProgram(program, openThreads())) };
  } catch (thrown) {
    const error = toErrorData(thrown);
    const errors = [{ cell: "", flow: undefined, error }];
    return { program, ...none, errors };
  }
}

/** The graph of a flow: the named one, or the only or first one. Throws what is wrong if it has none. */
export function graphOf(open: OpenProgram, flow?: string): Graph {
  const { graphs, program } = open;
  const errors = errorsOf(open);
  const named = (name: string) => graphs.find((graph) => graph.flow === name);
  const [first] = program.flows;
  // Of a first flow that is broken, the next one does not take the place.
  const isBroken = first && errors.length > 0 && !named(first.name);
  const found = flow !== undefined ? named(flow) : !isBroken && graphs[0];
  if (found) return found;
  if (errors.length > 0) throw new NotebookError(open.path, errors);
  throw new FlowError(
    "unknown-flow",
    graphs.length === 0
      ? `${basename(open.path)} has no flow. Define one with flow("name", () => ...).`
      : `There is no flow ${flow}. There is ${graphs.map((graph) => graph.flow).join(", ")}.`,
  );
}

/** Draws the flows of a program in these threads, which end with that. */
export async function traceProgram(program: Program, threads: Threads) {
  const pool = new WorkerPool(threads.control, "", () => {});
  const executor = new WorkerExecutor(
    pool,
    1,
    { program, hosts: [], showsCells: false },
    noSupplies,
    0,
  );
  try {
    const attempt = { run: "trace:", node: "flows", attempt: 1 };
    return await traceFlows(executor, attempt, program, {
      limit: traceLimit,
    });
  } finally {
    executor.close();
    pool.close();
    threads.close();
  }
}
