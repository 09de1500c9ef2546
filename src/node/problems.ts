/** What is wrong in a notebook, with its place in the file. */
import { FlowError } from "../core/errors.ts";
import { reasonOf } from "../core/errorCauses.ts";
import type { TraceReport } from "../engine/protocol.ts";
import type { Diagnostic, Notebook } from "../notebook/document.ts";
import { sourceLines } from "../notebook/parse.ts";

/** On which lines of the file the sources of cells begin, by their names; the first of several of a name. */
export type Starts = ReadonlyMap<string, number>;

/** Something wrong in a notebook, with where. */
export interface Problem {
  severity: "error" | "warning";
  /** The name of the cell; "" for the file. */
  cell: string;
  /** In the cell. */
  line: number;
  column: number;
  /** The same line as the file counts. */
  fileLine: number;
  message: string;
}

/** A notebook, or the flow that is wanted, cannot be run for what is wrong in it. */
export class NotebookError extends FlowError {
  readonly problems: readonly Problem[];

  constructor(path: string, problems: readonly Problem[]) {
    super(
      "cell-failed",
      problems.map((problem) => describe(path, problem)).join("\n"),
    );
    this.problems = problems;
  }
}

/** Finds the {@link Starts} of the cells of a text. */
export function findStarts(text: string, { cells }: Notebook): Starts {
  const lines = sourceLines(text);
  const starts = new Map<string, number>();
  cells.forEach(({ name }, at) => {
    if (!starts.has(name)) starts.set(name, lines[at]!);
  });
  return starts;
}

/** The line of the file that is such a line of a cell. */
export function lineIn(starts: Starts, cell: string, line: number): number {
  return (starts.get(cell) ?? 1) + line - 1;
}

/** What is wrong with the text, with the cells, and with flows that cannot be drawn; each fault once. */
export function problemsOf(
  text: string,
  notebook: Notebook,
  ofText: readonly Diagnostic[],
  ofProgram: readonly Diagnostic[],
  ofFlows: TraceReport["errors"],
): Problem[] {
  const lines = sourceLines(text);
  const starts = findStarts(text, notebook);
  const indexOf = new Map(notebook.cells.map(({ id }, at) => [id, at]));
  const first = ofText.map(ofFile);
  const told = new Set(first.map(({ message }) => message));
  const traced = ofFlows.map((error) => ofTrace(error, starts));
  return [
    ...first,
    // Of the names of cells both speak.
    ...ofProgram
      .filter(({ message }) => !told.has(message))
      .map((found) => {
        const at = indexOf.get(found.cell ?? "") ?? -1;
        const { name = "" } = notebook.cells[at] ?? {};
        return ofCell(found, name, lines[at] ?? 1);
      })
      .filter((one) => !traced.some((other) => isSameAs(other, one))),
    ...traced,
  ];
}

/** Whether what came up when the flows were drawn is what the compiler has warned of. */
function isSameAs(traced: Problem, { cell, line, message }: Problem): boolean {
  return (
    traced.cell === cell &&
    traced.line === line &&
    traced.message.includes(message)
  );
}

/** What keeps parts of a notebook from running. */
export function errorsOf({
  problems,
}: {
  problems: readonly Problem[];
}): readonly Problem[] {
  return problems.filter(({ severity }) => severity === "error");
}

/** A problem in one line, as compilers write them, so that editors find the place in the file. */
export function describe(
  path: string,
  { cell, line, column, fileLine, severity, message }: Problem,
): string {
  const within = cell === "" ? "" : ` (${cell}:${line}:${column})`;
  return `${path}:${fileLine}:${column}${within} ${severity}: ${message}`;
}

/** What is wrong with the text of the file, which says of most at which of its lines. */
function ofFile({ severity, line, column, message }: Diagnostic): Problem {
  const [, told, rest] = /^Line (\d+): ([^]*)$/.exec(message) ?? [];
  const fileLine = told === undefined ? line : Number(told);
  return {
    ...{ severity, cell: "", line: fileLine, column, fileLine },
    message: rest ?? message,
  };
}

function ofCell(found: Diagnostic, cell: string, start: number): Problem {
  const { severity, line, column, message } = found;
  const fileLine = start + line - 1;
  return { severity, cell, line, column, fileLine, message };
}

/** What kept a flow, or all, from being drawn. */
export function ofTrace(
  { cell: of, flow, error }: TraceReport["errors"][number],
  starts: Starts,
): Problem {
  const { place } = error;
  const message = reasonOf(error);
  const { cell, line, column } = place ?? { cell: of, line: 1, column: 1 };
  return {
    severity: "error",
    ...{ cell, line, column, fileLine: lineIn(starts, cell, line) },
    message: flow === undefined ? message : `flow ${flow}: ${message}`,
  };
}
