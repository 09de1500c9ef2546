import { readFileSync } from "node:fs";
import { compileFunction } from "node:vm";
import { expect } from "vitest";
import type { ErrorData } from "../../../src/core/errors.ts";
import { type Graph, type TaskNode } from "../../../src/core/graph.ts";
import { checkAcyclic } from "../../../src/core/graphIndex.ts";
import type {
  AttemptContext,
  FormatLibrary,
  FromWorker,
  Output,
  Question,
  QuestionAnswer,
  RowBatch,
  RunJob,
  SqlValue,
  TaskAddress,
  ToData,
  ToWorker,
  RefusedStep,
  TraceReport,
  WatchedChange,
} from "../../../src/engine/protocol.ts";
import { checkBatch } from "../../../src/engine/records/checkRecords.ts";
import { readRow } from "../../../src/engine/records/readRecords.ts";
import { checkSchedule } from "../../../src/core/schedule.ts";
import { checkFromWorker } from "../../../src/engine/sandboxGuard.ts";
import type { Platform } from "../../../src/engine/sandbox/kernel/platform.ts";
import { startWorker } from "../../../src/engine/sandbox/kernel/worker.ts";
import type {
  Program,
  ProgramCell,
} from "../../../src/notebook/compile/program.ts";

// As in the kernel's script.
Error.stackTraceLimit = 50;

/** A cell in the form that the compiler gives it. `declares` are the names that it defines. */
export function cell(
  name: string,
  source: string,
  options: {
    declares?: readonly string[];
    inputs?: readonly string[];
    kind?: ProgramCell["kind"];
  } = {},
): ProgramCell {
  const { declares = [], inputs = [], kind = "ts" } = options;
  const head = `flowbookCell(${JSON.stringify(name)}, async function (inputs, $show) { const { ${inputs.join(", ")} } = inputs; `;
  return {
    id: `id-${name}`,
    name,
    kind,
    code:
      kind === "sql"
        ? source
        : `${head}${source}\nreturn { ${declares.join(", ")} } })`,
    shift: head.length,
    inserts: [],
    declares: kind === "sql" ? [name] : declares,
    inputs,
    language: [...new Set(source.match(/\b\w+\b/g) ?? [])],
    isView: true,
    hash: name,
  };
}

export function programOf(...cells: readonly ProgramCell[]): Program {
  return {
    cells,
    versions: {},
    hash: "",
    usesContext: [],
    flows: [],
    tasks: {},
    diagnostics: [],
    broken: {},
  };
}

export const context: AttemptContext = {
  attempt: 2,
  mapIndex: undefined,
  resumed: false,
  loopCount: 1,
  loopResult: undefined,
  taskName: "t",
  flowName: "f",
  flowRunId: "run-1",
  idempotencyKey: "run-1/t",
  parameters: { airport: "IAD" },
  scheduledAt: 1000,
};

type JobAnswer = Extract<
  FromWorker,
  {
    type:
      | "traced"
      | "returned"
      | "failed"
      | "skipped"
      | "paused"
      | "answered"
      | "watched"
      | "viewed";
  }
>;

const answerTypes: readonly string[] = [
  "traced",
  "returned",
  "failed",
  "skipped",
  "paused",
  "answered",
  "watched",
  "viewed",
] satisfies JobAnswer["type"][];

interface KernelOptions {
  hosts?: readonly string[];
  libraries?: Readonly<Record<string, string>>;
  files?: Readonly<Record<string, BlobPart>>;
  /** Whether the libraries of formats are out of reach. */
  isOffline?: () => boolean;
  /** Answers a call of the database; what it throws is the answer, too. */
  database?(call: ToData): unknown;
  fetch?: Platform["fetch"];
  /** Timers that the test fires itself, instead of real ones. */
  timers?: { callback: () => void; milliseconds: number }[];
  now?: () => number;
  clock?: () => number;
}

/** The libraries of formats, as modules instead of scripts. */
const formatModules: Record<FormatLibrary, () => Promise<object>> = {
  archives: () =>
    import("../../../src/engine/sandbox/kernel/formats/archives.ts"),
  csv: () => import("../../../src/engine/sandbox/kernel/formats/csv.ts"),
  encodings: () =>
    import("../../../src/engine/sandbox/kernel/formats/encodings.ts"),
  json: () => import("../../../src/engine/sandbox/kernel/formats/json.ts"),
  jsonPath: () =>
    import("../../../src/engine/sandbox/kernel/formats/jsonPath.ts"),
  html: () => import("../../../src/engine/sandbox/kernel/formats/html.ts"),
  parquet: () =>
    import("../../../src/engine/sandbox/kernel/formats/parquet.ts"),
  parquetCompressors: () =>
    import("../../../src/engine/sandbox/kernel/formats/parquetCompressors.ts"),
  parquetWriter: () =>
    import("../../../src/engine/sandbox/kernel/formats/parquetWriter.ts"),
  textWriter: () =>
    import("../../../src/engine/sandbox/kernel/formats/textWriter.ts"),
  excel: () => import("../../../src/engine/sandbox/kernel/formats/excel.ts"),
  excelWriter: () =>
    import("../../../src/engine/sandbox/kernel/formats/excelWriter.ts"),
  loading: () =>
    import("../../../src/engine/sandbox/kernel/formats/loading.ts"),
  requests: () =>
    import("../../../src/engine/sandbox/kernel/formats/requests.ts"),
  rowChecks: () =>
    import("../../../src/engine/sandbox/kernel/formats/rowChecks.ts"),
  tableCopies: () =>
    import("../../../src/engine/sandbox/kernel/formats/tableCopies.ts"),
  sqlite: () => import("../../../src/engine/sandbox/kernel/formats/sqlite.ts"),
};

const wasm = () =>
  new Uint8Array(readFileSync("node_modules/sql.js/dist/sql-wasm.wasm")).buffer;

/** A task worker without a browser: what it says is collected, and what it asks for is answered. */
export function startKernel(
  cells: readonly ProgramCell[],
  options: KernelOptions = {},
) {
  const messages: FromWorker[] = [];
  const calls: ToData[] = [];
  const scope: Record<string, unknown> = {};
  const ports: MessagePort[] = [];
  let scripts = 0;
  let nextJob = 1;
  let answered: (answer: JobAnswer) => void = () => {};

  const platform: Platform = {
    post(message) {
      const copy = structuredClone(message);
      // What the kernel says must get through the guard as it is.
      expect(checkFromWorker(structuredClone(copy), checkSchedule)).toEqual(
        copy,
      );
      messages.push(copy);
      if (copy.type === "open-database") openDatabase(copy.job);
      else if (copy.type === "read-file") readFile(copy);
      else if (copy.type === "load-library") void loadLibrary(copy);
      else if (answerTypes.includes(copy.type)) answered(copy as JobAnswer);
    },
    makeModule: (text) => `data:text/javascript,${encodeURIComponent(text)}`,
    importModule: (address) => import(/* @vite-ignore */ address),
    runScript(text) {
      const filename = `blob:test/${++scripts}`;
      compileFunction(text, [], { filename, contextExtensions: [scope] })();
      return filename;
    },
    fetch: options.fetch ?? (() => Promise.reject(new TypeError("no network"))),
    setTimeout(callback, milliseconds) {
      if (options.timers)
        return options.timers.push({ callback, milliseconds });
      return setTimeout(callback, milliseconds) as unknown as number;
    },
    clearTimeout(timer) {
      if (options.timers) options.timers[timer - 1]!.callback = () => {};
      else clearTimeout(timer);
    },
    now: options.now ?? (() => 0),
    clock: options.clock ?? (() => 0),
    scope,
  };

  function openDatabase(job: number): void {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1);
    port1.onmessage = ({ data }: MessageEvent<ToData>) => {
      calls.push(data);
      void Promise.resolve()
        .then(() => options.database?.(data))
        .then(
          (value) => port1.postMessage({ call: data.call, ok: true, value }),
          (error: ErrorData) =>
            port1.postMessage({ call: data.call, ok: false, error }),
        );
    };
    send({ type: "database", job, port: port2 });
  }

  function readFile({
    job,
    call,
    name,
  }: Extract<FromWorker, { type: "read-file" }>): void {
    const content = options.files?.[name];
    send({
      type: "file",
      job,
      call,
      file: content === undefined ? undefined : new Blob([content]),
      error:
        content === undefined
          ? {
              code: "missing-attachment",
              name: "FlowError",
              message: `There is no attachment ${name}.`,
            }
          : undefined,
    });
  }

  async function loadLibrary({
    job,
    call,
    name,
  }: Extract<FromWorker, { type: "load-library" }>): Promise<void> {
    if (options.isOffline?.()) {
      const error = { name: "Error", message: `${name} is out of reach` };
      send({ type: "library", job, call, library: undefined, error });
      return;
    }
    scope.formatModule = await formatModules[name]();
    send({
      type: "library",
      job,
      call,
      library: {
        script: `flowbookLibrary("${name}", formatModule)`,
        ...(name === "sqlite" ? { wasm: wasm() } : {}),
      },
      error: undefined,
    });
  }

  const worker = startWorker(platform);
  const send = (message: ToWorker) =>
    queueMicrotask(() => worker.receive(message));
  worker.receive({
    type: "load",
    program: programOf(...cells),
    hosts: options.hosts ?? [],
    libraries: options.libraries ?? {},
  });

  async function work(
    message: (job: number) => ToWorker,
  ): Promise<{ answer: JobAnswer; said: FromWorker[] }> {
    const start = messages.length;
    const answer = await new Promise<JobAnswer>((resolve) => {
      answered = resolve;
      worker.receive(message(nextJob++));
    });
    for (const port of ports.splice(0)) port.close();
    return { answer, said: messages.slice(start) };
  }

  const failedOf = (answer: JobAnswer): ErrorData => {
    if (answer.type === "failed") return answer.error;
    throw new Error(`the job did not fail: ${JSON.stringify(answer)}`);
  };
  const orThrow = (answer: JobAnswer): never => {
    throw new Error(
      answer.type === "failed"
        ? `the job failed: ${answer.error.message}\n${answer.error.stack ?? ""}`
        : `the answer is ${answer.type}`,
    );
  };
  const runJob = (
    task: string,
    args: readonly unknown[],
    more: Partial<RunJob> = {},
  ) =>
    work((job) => ({
      type: "run",
      job,
      task,
      flow: "F",
      node: `${task}-1`,
      phase: "run",
      args,
      context,
      hasName: false,
      hasRetryIf: false,
      ...more,
    }));
  const viewJob = (
    name: string,
    flows: Readonly<Record<string, { state: string; result: unknown }>> = {},
    parameters: Readonly<Record<string, unknown>> = {},
  ) => work((job) => ({ type: "view", job, cell: name, flows, parameters }));

  return {
    worker,
    scope,
    messages,
    /** What the database was asked. */
    calls,
    runJob,
    viewJob,
    async run(task: string, ...args: unknown[]): Promise<unknown> {
      const { answer } = await runJob(task, args);
      return answer.type === "returned" ? answer.value : orThrow(answer);
    },
    async runFails(task: string, ...args: unknown[]): Promise<ErrorData> {
      return failedOf((await runJob(task, args)).answer);
    },
    async ask(
      question: Question,
      address: Partial<TaskAddress> = {},
    ): Promise<QuestionAnswer> {
      const { answer } = await work((job) => ({
        type: "ask",
        job,
        question,
        task: "t",
        flow: "F",
        node: "t-1",
        ...address,
      }));
      return answer.type === "answered" ? answer.answer : orThrow(answer);
    },
    /** What was said while the functions were told of the changes. */
    async watch(changes: readonly WatchedChange[], flow = "F") {
      const { answer, said } = await work((job) => ({
        type: "watch",
        job,
        flow,
        changes,
      }));
      return answer.type === "watched" ? said : orThrow(answer);
    },
    async view(name: string): Promise<readonly Output[]> {
      const { answer } = await viewJob(name);
      return answer.type === "viewed" ? answer.outputs : orThrow(answer);
    },
    async viewFails(name: string): Promise<ErrorData> {
      return failedOf((await viewJob(name)).answer);
    },
    async trace(refused: readonly RefusedStep[] = []): Promise<TraceReport> {
      const { answer } = await work((job) => ({ type: "trace", job, refused }));
      if (answer.type !== "traced") return orThrow(answer);
      // This also finds out whether all that nodes need is there.
      for (const graph of answer.report.graphs) checkAcyclic(graph);
      return answer.report;
    },
  };
}

/** The graph of the one flow that a cell's text defines. */
export async function traceOne(
  body: string,
  definitions = "",
  declares: readonly string[] = [],
): Promise<Graph> {
  const report = await startKernel([
    cell("tasks", definitions, { declares }),
    cell("main", `flow("F", () => {\n${body}\n})`, { inputs: declares }),
  ]).trace();
  const [error] = report.errors;
  if (error) throw Object.assign(new Error(error.error.message), { error });
  return report.graphs[0]!;
}

/** The error that tracing the flow body gives. */
export async function traceError(
  body: string,
  definitions = "",
  declares: readonly string[] = [],
): Promise<ErrorData> {
  const report = await startKernel([
    cell("tasks", definitions, { declares }),
    cell("main", `flow("F", () => {\n${body}\n})`, { inputs: declares }),
  ]).trace();
  const [error] = report.errors;
  if (!error) throw new Error("the flow was drawn");
  return error.error;
}

/** A task node of a graph. */
export function nodeOf(graph: Graph, id: string): TaskNode {
  const node = graph.nodes.find((one) => one.id === id);
  if (node?.kind === "task") return node;
  throw new Error(
    `there is no task ${id}, only ${graph.nodes.map((one) => one.id).join(", ")}`,
  );
}

/** The edges into a node as text: `from (input)`. */
export function edgesInto({ edges }: Graph, id: string): string[] {
  return edges.flatMap(({ from, to, input }) =>
    to === id ? [input === undefined ? from : `${from} (${input})`] : [],
  );
}

/** The rows of a batch as it crosses to the database. */
export function rowsOf(batch: RowBatch): Record<string, SqlValue>[] {
  const { columns, rows } = batch;
  const checked = checkBatch(batch);
  if (typeof checked === "string") throw new Error(checked);
  return Array.from({ length: rows }, (_, row) => {
    const values = readRow(checked, row, columns.length);
    return Object.fromEntries(
      columns.map((name, column) => [name, values[column]!]),
    );
  });
}
