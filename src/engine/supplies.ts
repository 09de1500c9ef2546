import type { Program } from "../notebook/compile/program.ts";
import type { AttemptId, ToWorker } from "./protocol.ts";

/** What workers get of the outside, through the engine. */
export interface Supplies {
  /** Opens the database for an attempt; the port is handed to its worker. */
  openDatabase(attempt: AttemptId, write: boolean): Promise<MessagePort>;
  readFile(name: string): Promise<ArrayBuffer>;
  /** The script of a library that cells use, such as Plot. */
  library(name: string): Promise<string>;
}

/** What the workers of an executor are made with. */
export interface WorkerSetup {
  program: Program;
  hosts: readonly string[];
}

/** Libraries by the names that cells use them under. */
const libraryOf: Readonly<Record<string, string>> = {
  Plot: "plot",
  d3: "plot",
};

/** What a worker is told before anything else. */
export async function prepare(
  setup: WorkerSetup,
  supplies: Supplies,
): Promise<ToWorker> {
  const libraries: Record<string, string> = {};
  for (const name of new Set(
    setup.program.cells.flatMap(({ language }) => language),
  )) {
    const library = libraryOf[name];
    if (library) libraries[name] = await supplies.library(library);
  }
  return { type: "load", ...setup, libraries };
}
