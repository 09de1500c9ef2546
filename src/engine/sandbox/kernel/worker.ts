import { type ErrorData, FlowError } from "../../../core/errors.ts";
import type { FromWorker, ToWorker } from "../../protocol.ts";
import type { Current } from "./current.ts";
import { explainCopyFailure } from "./copy.ts";
import { isFlow } from "./flow.ts";
import { Job } from "./job.ts";
import { libraryNames, makeLanguage, makeReplacements } from "./language.ts";
import { toOutput } from "./outputs.ts";
import type { Platform } from "./platform.ts";
import { Places } from "./stack.ts";
import { functionOf, isTask } from "./task.ts";
import { type CellFunction, World, nameKnown } from "./world.ts";

type JobMessage = Extract<ToWorker, { type: "trace" | "run" | "view" }>;

/** A task worker, seen from the messages that it gets. */
export interface TaskWorker {
  receive(message: ToWorker): void;
  /** An error that nobody caught: the job that is going on fails with it. */
  fail(error: unknown): void;
}

/** Sets the worker up: the language becomes part of the scope, and `ready` is said. */
export function startWorker(platform: Platform): TaskWorker {
  const current: Current = {
    platform,
    job: undefined,
    world: undefined,
    tracer: undefined,
    cell: undefined,
    hosts: [],
  };
  const language = makeLanguage(current);
  const places = new Places();
  // Apart from each other: what is refused while the graph is drawn must not be missing in a run.
  let drawing: World | undefined;
  let running: World | undefined;
  let abort: (error: unknown) => void = () => {};

  for (const [name, value] of Object.entries({
    ...language,
    ...makeReplacements(current),
    flowbookCell: (name: string, fn: CellFunction) =>
      current.world?.register(name, fn),
  }))
    define(platform.scope, name, value);

  function load(message: Extract<ToWorker, { type: "load" }>): void {
    current.hosts = message.hosts;
    for (const name of libraryNames)
      defineLibrary(platform, name, message.libraries[name]);
    const { program } = message;
    const show = (value: unknown) => {
      const { job, cell } = current;
      if (job && cell && job.viewed === cell.name) job.last = { value };
      return value;
    };
    drawing = new World(current, program, places, { isDrawing: true, show });
    running = new World(current, program, places, { isDrawing: false, show });
  }

  async function findTask(
    name: string,
  ): Promise<(...args: unknown[]) => unknown> {
    const world = current.world!;
    const found = await world.value(name);
    if (isTask(found?.value)) return functionOf(found.value);
    if (!found && isTask(language[name])) return functionOf(language[name]);
    throw new FlowError(
      "unknown-task",
      found
        ? `${name} is no task. Define it with task(...), or draw the flow again.`
        : `There is no task ${name} in this notebook. ${nameKnown(world.names)}`,
    );
  }

  async function work(job: Job, message: JobMessage): Promise<FromWorker> {
    const { number } = job;
    const world = message.type === "trace" ? drawing : running;
    if (!world)
      throw new FlowError("invalid-argument", "There is no program yet.");
    current.world = world;
    if (message.type === "trace")
      return { type: "traced", job: number, report: await world.trace() };
    if (message.type === "run") {
      job.context = message.context;
      job.task = message.task;
      world.refresh();
      const fn = await findTask(message.task);
      const value = await fn(...message.args);
      await job.settle();
      return { type: "returned", job: number, value };
    }
    job.viewed = message.cell;
    job.flows = message.flows;
    const cell = world.cell(message.cell);
    if (!cell)
      throw new FlowError(
        "unknown-cell",
        `There is no cell ${message.cell} that could be shown.`,
      );
    world.refresh(cell);
    const values = await world.valuesOf(cell);
    if (cell.kind === "sql") job.last = { value: Object.values(values)[0] };
    const last = await job.last?.value;
    if (last !== undefined && !isTask(last) && !isFlow(last))
      job.display(
        cell.kind === "sql" && Array.isArray(last) && last.length === 0
          ? { type: "table", columns: [], rows: [], total: 0 }
          : toOutput(last),
        undefined,
      );
    await job.settle();
    const outputs = job.outputs.map(({ output }) => output);
    return { type: "viewed", job: number, outputs };
  }

  /** The plain form of an error, also when a cell has broken what making it takes. */
  function describe(thrown: unknown): ErrorData {
    try {
      return places.describe(thrown);
    } catch {
      return {
        name: "Error",
        message: "The task failed, and its error could not be read.",
      };
    }
  }

  async function run(message: JobMessage): Promise<void> {
    const job = new Job(platform, message.job, message.type);
    current.job = job;
    const aborted = new Promise<never>((_, reject) => {
      abort = reject;
    });
    let answer: FromWorker;
    try {
      answer = await Promise.race([work(job, message), aborted]);
    } catch (thrown) {
      answer = { type: "failed", job: job.number, error: describe(thrown) };
    }
    job.end();
    current.job = undefined;
    current.cell = undefined;
    abort = () => {};
    try {
      platform.post(answer);
    } catch (thrown) {
      const value = answer.type === "returned" ? answer.value : answer;
      platform.post({
        type: "failed",
        job: job.number,
        error: describe(
          explainCopyFailure(value, "the result", "result", thrown),
        ),
      });
    }
  }

  platform.post({ type: "ready" });
  return {
    receive(message) {
      switch (message.type) {
        case "load":
          load(message);
          platform.post({ type: "loaded" });
          break;
        case "database":
          if (current.job?.number === message.job)
            current.job.receiveDatabase(message.port);
          break;
        case "file":
          if (current.job?.number === message.job)
            current.job.receiveFile(message.call, message.data, message.error);
          break;
        case "trace":
        case "run":
        case "view":
          void run(message);
      }
    },
    fail(error) {
      // While the graph is drawn, what a cell left behind is no reason not to draw it.
      if (current.job?.kind !== "trace") abort(error);
    },
  };
}

function define(scope: object, name: string, value: unknown): void {
  Object.defineProperty(scope, name, {
    value,
    writable: true,
    configurable: true,
  });
}

/** A library runs when a cell first mentions it: it is large, and most tasks of a notebook with a chart draw none. */
function defineLibrary(
  platform: Platform,
  name: string,
  script: string | undefined,
): void {
  const { scope } = platform;
  let isLoading = false;
  Object.defineProperty(scope, name, {
    configurable: true,
    set: (value: unknown) => define(scope, name, value),
    get() {
      if (script === undefined || isLoading)
        throw new FlowError(
          "cell-failed",
          `${name} is not there. Write its name in the cell's own text, so that it is loaded.`,
        );
      isLoading = true;
      try {
        platform.runScript(script);
      } finally {
        isLoading = false;
      }
      return (scope as Record<string, unknown>)[name];
    },
  });
}
