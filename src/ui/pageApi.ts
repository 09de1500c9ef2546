import type { PlanItem } from "../core/plan.ts";
import type { RunReport } from "../core/report.ts";
import type { Session } from "./session.svelte.ts";
import { toBlob } from "./toBlob.ts";

/** What to run. Names of tasks may stand for node ids in `from` and `to`. */
export interface RunOptions {
  /** The flow's name; without it the notebook's only or first flow. */
  flow?: string;
  /** Values of the flow's parameters; missing ones have their default. */
  parameters?: Record<string, unknown>;
  /** Runs this task and all downstream of it; what they need is reused from the last run. */
  from?: string;
  /** Runs this task and what it needs, and nothing else. */
  to?: string;
}

/** A node of a flow's graph. */
export interface ApiNode {
  id: string;
  /** The task's variable, or the parameter's name. */
  task: string;
  /** The name for people. */
  name: string;
  mapped: boolean;
  kind: "task" | "parameter";
}

/** A flow's graph. */
export interface ApiGraph {
  flow: string;
  nodes: ApiNode[];
  edges: { from: string; to: string; input?: string }[];
}

/** What a person says: `resume` for a task that paused itself or waits to be started, `approve` (with the form's answers as `value`) or `decline` for a gate. */
export interface ApiAnswer {
  type: "resume" | "approve" | "decline";
  value?: Record<string, unknown>;
  message?: string;
  /** Which element of a map. */
  index?: number;
}

/** What a cell shows first, in the simplest form that says all of it. */
export interface ApiOutput {
  /** "table", "html", "svg", "markdown", "text", "json" or "error". */
  type: string;
  /** Of "json" its text, with what JSON has no word for as the command line's `--json` tells it: a bigint is a text. */
  text?: string;
  rows?: unknown[];
  /** What the cell threw, also after it has shown something; or why it could not be evaluated, with the place. */
  error?: string;
}

/**
 * `window.flowbook`: the page as a script sees it, for embedding, scripting and tests. The page itself calls the same functions.
 *
 * Calls wait until the notebook is open and drawn; `markdown` alone gives what is there. They never ask the reader anything: `run` uses the permissions that
 * `allow` or the reader gave, and nothing else. A rejection is an Error with a `code` of the closed list of error codes and a
 * message for people; an unknown flow, parameter, task or cell is one that names the known ones.
 */
export interface Flowbook {
  /** The version of the app. */
  version: string;
  /** Opens a notebook's text as a new notebook of the reader's own; resolves when its graph is drawn. */
  open(markdown: string): Promise<void>;
  /** The text of the open notebook, at once: "" until what the address names is open, for which every other call waits. */
  markdown(): string;
  /** The graph of a flow; drawing it runs no task. */
  graph(flow?: string): Promise<ApiGraph>;
  /** What `run` with these options would do, and why. */
  plan(options?: RunOptions): Promise<PlanItem[]>;
  /** Runs a flow; resolves when the flow run is final, whatever its state. */
  run(options?: RunOptions): Promise<RunReport>;
  /** Goes on with the last run of the flow: successes whose code and inputs are the same are kept. Parameters are those of that run unless given. */
  resume(options?: Pick<RunOptions, "flow" | "parameters">): Promise<RunReport>;
  /** Ends the current run; resolves when nothing of it is running any more. With a task or sub-flow (id or name), ends only that one. */
  cancel(task?: string): Promise<void>;
  /** Answers a task of the current or last run that waits for a person; approves unless the answer says something else. */
  answer(task: string, answer?: ApiAnswer): Promise<void>;
  /** Gives a task of the last run a result by hand, so that `resume` goes on with it; `index` for an element of a map. */
  markSuccess(task: string, value?: unknown, index?: number): Promise<void>;
  /** Lets the flows of the notebook run at their times while it is open, or not. */
  schedule(isOn: boolean): Promise<void>;
  /** All runs of the notebook, newest first. */
  runs(): Promise<RunReport[]>;
  /** The rows of one SELECT. Parameters are those of `db.query`: a list for `?`, an object for `:name`. */
  query(
    sql: string,
    params?: readonly unknown[] | Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>[]>;
  /** The notebook's database as an SQLite file; with `history`, its runs and results are in it too, so that another browser or `npx flowbook` goes on from there. */
  exportDatabase(options?: { history?: boolean }): Promise<Uint8Array>;
  /** Puts an SQLite file in the place of the database, with the runs that are in it; rejects, with nothing changed, if it is none or is damaged. */
  importDatabase(file: Blob | ArrayBuffer | Uint8Array): Promise<void>;
  /** Keeps a file with the notebook under that name. */
  attach(name: string, data: Blob | ArrayBuffer | Uint8Array): Promise<void>;
  /** Lets this notebook contact a host, such as `https://opensky-network.org`. */
  allow(origin: string): Promise<void>;
  /** What a cell shows; null if it shows nothing. */
  output(cell: string): Promise<ApiOutput | null>;
  /** A link that holds the whole notebook. */
  shareUrl(): Promise<string>;
}

/** Takes a file as it was given to a call, at once: it is for the notebook that is open now. What is none is refused. */
async function takeFile(
  data: unknown,
  call: string,
  take: (file: Blob) => Promise<void>,
): Promise<void> {
  const file = toBlob(data);
  if (file) return take(file);
  const { refuseFile } = await import("./apiForms.ts");
  refuseFile(data, call);
}

const ofResume = ["flow", "parameters"];
const ofRun = [...ofResume, "from", "to"];
const optionsOf = {
  plan: [...ofRun, "resume"],
  run: ofRun,
  resume: ofResume,
};

/** Does what was called if its options are such; what is wrong with others is said by what is fetched then. */
function withOptions<R>(
  name: keyof typeof optionsOf,
  options: unknown,
  call: () => Promise<R>,
): Promise<R> {
  const known = optionsOf[name];
  const areKnown =
    Object(options) === options &&
    Object.keys(options as object).every((one) => known.includes(one));
  return areKnown
    ? call()
    : import("./apiForms.ts").then(({ refuseOptions }) =>
        refuseOptions(name, options, known),
      );
}

/** The page API of a session. */
export function createPageApi(session: Session, version: string): Flowbook {
  return {
    version,
    open: async (markdown) => {
      if (typeof markdown !== "string")
        (await import("./apiForms.ts")).refuseNotebook(markdown);
      await session.started();
      await session.openMarkdown(markdown);
    },
    markdown: () => session.text.markdown(),
    graph: async (flow) => {
      const graph = await session.graphOf(flow);
      const { toApiGraph } = await import("./apiForms.ts");
      return toApiGraph(graph);
    },
    plan: (options = {}) =>
      withOptions("plan", options, async () => [
        ...(await session.desk.planOf(options)),
      ]),
    run: (options = {}) =>
      withOptions("run", options, () => session.desk.run(options)),
    resume: (options = {}) =>
      withOptions("resume", options, () => session.desk.resume(options)),
    cancel: async (task) => {
      if (task === undefined) return session.desk.cancelRun();
      const { cancelByName } = await import("./taskByName.ts");
      await cancelByName(session.desk, task);
    },
    answer: async (...given) => {
      await session.settled();
      const { answerByName } = await import("./taskByName.ts");
      await answerByName(session.desk, ...given);
    },
    markSuccess: async (...given) => {
      await session.settled();
      const { markByName } = await import("./taskByName.ts");
      await markByName(session.desk, ...given);
    },
    schedule: async (isOn) => {
      // What is being opened is meant.
      await session.settled();
      await session.setSchedule(isOn);
    },
    runs: () => session.desk.reports(),
    query: async (sql, params = []) => {
      const { queryRows } = await import("./apiForms.ts");
      return queryRows(session, sql, params);
    },
    exportDatabase: async (options) => {
      await session.settled();
      const file = await session.exportDatabase(options);
      return new Uint8Array(await file.arrayBuffer());
    },
    importDatabase: (file) =>
      takeFile(file, "importDatabase", (it) => session.importDatabase(it)),
    attach: (name, data) =>
      takeFile(data, "attach", (it) => session.attach(name, it)),
    allow: async (origin) => {
      await session.settled();
      await session.allow(origin);
    },
    output: async (cell) => {
      const outputs = await session.outputsOf(cell);
      const { toApiOutput } = await import("./apiForms.ts");
      return toApiOutput(outputs, (sql) => session.query(sql));
    },
    shareUrl: () => session.shareUrl(),
  };
}
