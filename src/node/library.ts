/** What a program gets that imports "flowbook". */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FlowError } from "../core/errors.ts";
import type { RunReport } from "../core/report.ts";
import { carryErrors } from "../engine/carryErrors.ts";
import { parseNotebook } from "../notebook/parse.ts";
import { parseAddress } from "./cluster/address.ts";
import { Coordinator } from "./cluster/coordinator.ts";
import { openStore } from "./cluster/store.ts";
import { databaseOf } from "./databaseOf.ts";
import {
  flow,
  flowName,
  language,
  isCalledByTask,
  moduleProgram,
  named,
  openInProcess,
} from "./moduleKernel.ts";
import { inProgramsWords } from "./optionWords.ts";
import {
  graphOf,
  openProgram,
  traceProgram,
  type OpenProgram,
} from "./program.ts";
import { checkOptions, type RunOptions } from "./runOptions.ts";
import { nothingToResume, Runs, type RunsOptions } from "./runs.ts";

export type { RunReport } from "../core/report.ts";
export type { RunOptions } from "./runOptions.ts";

carryErrors();

/** Over when the runs of this program's own flows are: they share one thread, and are made one after the other. */
let lastOwn: Promise<void> = Promise.resolve();
const ignore = () => {};

/** Runs a notebook file, in threads or on other machines, or a flow of this program, in this thread. */
export async function run(
  what: unknown,
  given: RunOptions = {},
): Promise<RunReport> {
  try {
    return await runAny(what, given);
  } catch (thrown) {
    throw inProgramsWords(thrown);
  }
}

async function runAny(what: unknown, given: RunOptions): Promise<RunReport> {
  const options = checkOptions(given);
  const name = flowName(what);
  if (typeof what === "string")
    return runProgram(
      await openProgram(what),
      options.database ?? databaseOf(what),
      options,
      {},
    );
  if (name === undefined)
    throw new FlowError(
      "invalid-argument",
      "run takes the path of a notebook, or what flow(...) returned.",
    );
  if (options.executor !== undefined)
    throw new FlowError(
      "invalid-argument",
      "The tasks of a program's own flow close over its values, so they cannot run on other machines. Put them into a notebook file, and run that.",
    );
  if (options.flow !== undefined && options.flow !== name)
    throw new FlowError(
      "invalid-argument",
      `run was given the flow ${name}, and flow says ${options.flow}: leave it out, it chooses among the flows of a notebook file.`,
    );
  if (isCalledByTask())
    throw new FlowError(
      "invalid-argument",
      `A task cannot run ${name}: tasks of a program are run one at a time, and this one is not over. Call the flow in the flow's body, as a sub-flow, or run it when this run is over.`,
    );
  const result = lastOwn.then(() => runOwn(name, options));
  lastOwn = result.then(ignore, ignore);
  return result;
}

async function runOwn(name: string, options: RunOptions): Promise<RunReport> {
  const program = moduleProgram();
  const { graphs, errors } = await traceProgram(program, openInProcess());
  const failed = errors.find((error) => error.flow === name) ?? errors[0];
  if (failed && !graphs.some((graph) => graph.flow === name))
    throw new FlowError("flow-body", failed.error.message);
  const open: OpenProgram = {
    path: join(process.cwd(), "module"),
    notebook: parseNotebook("").notebook,
    program,
    graphs,
    starts: new Map(),
    problems: [],
  };
  const given = { ...options, flow: name };
  const inside = { workers: 1, openThreads: openInProcess };
  if (options.database !== undefined)
    return runProgram(open, options.database, given, inside);
  const folder = await mkdtemp(join(tmpdir(), "flowbook-"));
  try {
    return await runProgram(open, join(folder, "run.sqlite"), given, inside);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runProgram(
  open: OpenProgram,
  database: string,
  options: RunOptions,
  more: Partial<RunsOptions>,
): Promise<RunReport> {
  const { hosts, workers, executor, store } = options;
  if (options.resume && !existsSync(database))
    throw nothingToResume(graphOf(open, options.flow).flow);
  const coordinator =
    executor === undefined
      ? undefined
      : await Coordinator.open(parseAddress(executor), {
          store: store === undefined ? undefined : openStore(store),
          say: () => {},
        });
  const runs = await Runs.open(open, {
    database,
    ...(hosts ? { hosts } : {}),
    ...(workers === undefined ? {} : { workers }),
    ...(coordinator ? { coordinator } : {}),
    ...more,
  });
  try {
    const { flow: name, parameters, from, to } = options;
    const choice = { flow: name, parameters: parameters ?? {}, from, to };
    return await runs.report(
      await (options.resume ? runs.resume(choice) : runs.run(choice)),
    );
  } finally {
    await runs.close();
  }
}

const task = named(language.task!);
const resource = named(language.resource!);

export { flow, resource, task };

/** The rest of the language, as cells have it. */
export const {
  unmapped,
  flatten,
  exponentialBackoff,
  param,
  every,
  cron,
  when,
  choose,
  merge,
  triggers,
  skip,
  fail,
  retry,
  pause,
  loop,
  success,
  approve,
  ask,
  log,
  progress,
  context,
  db,
  sql,
  load,
  readText,
  readBytes,
  readJson,
  readCsv,
  readParquet,
  readExcel,
  readSqlite,
  streamCsv,
  toCsv,
  fetchPages,
  streamPages,
  fetchChanged,
  jsonPath,
  checkRows,
  querySql,
  execSql,
  copyTable,
  snapshotTable,
  notifyWebhook,
  notifyBrowser,
  showTable,
  showMarkdown,
  showLink,
  showImage,
  showFile,
  showProgress,
  readNdjson,
  readGeoJson,
  readHtmlTable,
  fetchNdjson,
  fetchGeoJson,
  fetchHtmlTable,
  fetchExcel,
  fetchSqlite,
  streamNdjson,
  streamJson,
  streamParquet,
  toNdjson,
  toParquet,
  toExcel,
  toSqlite,
  fetchText,
  fetchBytes,
  fetchJson,
  fetchCsv,
  fetchParquet,
  display,
  table,
  html,
  svg,
  md,
} = language as Record<string, never>;
