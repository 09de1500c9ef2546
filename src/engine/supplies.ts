import { type ErrorData, toErrorData } from "../core/errors.ts";
import { missing } from "../core/filesRead.ts";
import type { Program, ProgramCell } from "../notebook/compile/program.ts";
import type { Job } from "./jobs.ts";
import type {
  AttemptId,
  FormatLibrary,
  FromWorker,
  LibraryScript,
  ToWorker,
} from "./protocol.ts";

/** A file of the notebook, and the hash of its content if that is known. */
export interface SuppliedFile {
  file: Blob;
  hash: string | undefined;
}

/** Hands the port of another database worker to an attempt's worker: see "database" in protocol.ts. */
export type GivePort = (port?: MessagePort, isReading?: boolean) => void;

/** What workers get of the outside, through the engine. */
export interface Supplies {
  /** Opens the database for an attempt; the port is handed to its worker, and with `give` those of others that take its place. */
  openDatabase(
    attempt: AttemptId,
    write: boolean,
    give?: GivePort,
  ): Promise<MessagePort>;
  /** A file for an attempt. */
  readFile(name: string, attempt: AttemptId): Promise<SuppliedFile>;
  /** The script of a library that cells use by a name of their own, such as Plot. */
  library(name: string): Promise<string>;
  /** The library of a format that a task turned out to need. */
  formatLibrary(name: FormatLibrary): Promise<LibraryScript>;
}

/** What the workers of an executor are made with. */
export interface WorkerSetup {
  program: Program;
  hosts: readonly string[];
  /** Whether they evaluate cells for what these show, and not only for what others take from them. */
  showsCells: boolean;
}

/** Libraries by the names that cells use them under. */
const libraryOf: Readonly<Record<string, string>> = {
  Plot: "plot",
  d3: "plot",
};

/** What a worker is told before anything else. */
export async function prepare(
  { program, hosts, showsCells }: WorkerSetup,
  supplies: Supplies,
): Promise<ToWorker> {
  const libraries: Record<string, string> = {};
  for (const name of new Set(
    (showsCells ? program.cells : cellsOfFlows(program)).flatMap(
      ({ language }) => language,
    ),
  )) {
    const library = libraryOf[name];
    if (library) libraries[name] = await supplies.library(library);
  }
  return { type: "load", program, hosts, libraries };
}

/** The cells that flows are in, and all that those take names from: a chart is not worth its library before it is shown. */
function cellsOfFlows({ cells }: Program): readonly ProgramCell[] {
  const needed = new Set<string>();
  // Each cell comes after those that it takes names from.
  return cells.toReversed().filter(({ declares, inputs, language }) => {
    const isNeeded =
      language.includes("flow") || declares.some((name) => needed.has(name));
    if (isNeeded) for (const name of inputs) needed.add(name);
    return isNeeded;
  });
}

/** What a job asks the engine for in its middle. */
export type SupplyRequest = Extract<
  FromWorker,
  { type: "read-file" | "load-library" }
>;

/** A file for who asks for it, who takes note of it if its content is known, and of one that is not there: a task may go on without. */
export async function supplyFile(
  name: string,
  supplies: Pick<Supplies, "readFile">,
  asking: Pick<Job, "attempt" | "read">,
): Promise<Blob> {
  try {
    const { file, hash } = await supplies.readFile(name, asking.attempt);
    if (hash !== undefined) asking.read?.(name, hash);
    return file;
  } catch (thrown) {
    if (toErrorData(thrown).code === "missing-attachment")
      asking.read?.(name, missing);
    throw thrown;
  }
}

/** What a job asked for, or why it cannot have it. */
export async function supply(
  { type, job, call, name }: SupplyRequest,
  supplies: Supplies,
  asking: Pick<Job, "attempt" | "read">,
): Promise<ToWorker> {
  let error: ErrorData | undefined;
  const unlessFailed = <T>(supplied: Promise<T>) =>
    supplied.catch((thrown: unknown) => {
      error = toErrorData(thrown);
      return undefined;
    });
  if (type === "read-file") {
    const file = await unlessFailed(supplyFile(name, supplies, asking));
    return { type: "file", job, call, file, error };
  }
  const library = await unlessFailed(supplies.formatLibrary(name));
  return { type: "library", job, call, library, error };
}
