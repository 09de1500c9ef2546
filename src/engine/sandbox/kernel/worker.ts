import { type ErrorData, FlowError } from "../../../core/errors.ts";
import type { ToWorker } from "../../protocol.ts";
import { endAttempt, runAttempt } from "./attempt.ts";
import { Batch } from "./batch.ts";
import { copyFailure, refuseEmptied } from "./copy.ts";
import { BuiltIns } from "./builtIns.ts";
import type { CellFunction } from "./cellScripts.ts";
import type { Current } from "./current.ts";
import { type Answer, Job } from "./job.ts";
import { Formats } from "./formats.ts";
import { define, defineLibrary } from "./library.ts";
import { libraryNames, makeLanguage, makeReplacements } from "./language.ts";
import { Packages } from "./packages.ts";
import type { Platform } from "./platform.ts";
import { QuickRuns } from "./quickRuns.ts";
import { answerQuestion } from "./questions.ts";
import { withoutSignal } from "./signals.ts";
import { Places } from "./stack.ts";
import { viewCell } from "./viewCell.ts";
import { makeTimers } from "./timers.ts";
import { tellChanges } from "./watch.ts";
import { World } from "./world.ts";

type JobMessage = Extract<
  ToWorker,
  { type: "trace" | "run" | "ask" | "watch" | "view" }
>;

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
    language: {},
    job: undefined,
    world: undefined,
    tracer: undefined,
    cell: undefined,
    hosts: [],
    formats: new Formats(platform),
    builtIns: new BuiltIns(),
    encoders: undefined,
  };
  current.language = makeLanguage(current);
  const places = new Places();
  // Apart from each other: what is refused while the graph is drawn must not be missing in a run.
  let drawing: World | undefined;
  let running: World | undefined;
  let abort: (error: unknown) => void = () => {};
  let batch: Batch | undefined;
  let packages = new Packages(platform, {});
  const timers = makeTimers(current);

  for (const [name, value] of Object.entries({
    ...current.language,
    ...makeReplacements(current),
    ...(platform.replaceTimers ? {} : timers),
    flowbookCell: (name: string, fn: CellFunction) =>
      current.world?.register(name, fn),
    flowbookLibrary: current.formats.register,
    flowbookPackage: (specifier: string, name: string) =>
      packages.value(specifier, name),
  }))
    define(platform.scope, name, value);
  platform.replaceTimers?.(timers);
  const { builtIns } = current;
  if (!platform.isShared) builtIns.watch(platform.scope);

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
    packages = new Packages(platform, program.packages ?? {});
    const options = { show, packages };
    drawing = new World(current, program, places, {
      isDrawing: true,
      ...options,
    });
    running = new World(current, program, places, {
      isDrawing: false,
      ...options,
    });
  }

  async function work(job: Job, message: JobMessage): Promise<Answer> {
    const { number } = job;
    const world = message.type === "trace" ? drawing : running;
    if (!world)
      throw new FlowError("invalid-argument", "There is no program yet.");
    current.world = world;
    switch (message.type) {
      case "trace": {
        const report = await world.trace(message.refused);
        return { type: "traced", job: number, report };
      }
      case "run":
        return await runAttempt(current, job, message);
      case "ask": {
        const answer = await answerQuestion(current, message);
        return { type: "answered", job: number, answer };
      }
      case "watch":
        await tellChanges(current, job, message);
        return { type: "watched", job: number };
      case "view":
        return await viewCell(current, job, message);
    }
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

  /** Does a job, and gives what is to be answered. */
  async function perform(
    message: JobMessage,
    on: Platform = platform,
    failed?: { error: unknown },
  ): Promise<Answer> {
    const job = new Job(on, message.job, message.type);
    current.job = job;
    // Of the job before something may have gone on.
    builtIns.mendFew();
    const aborted = new Promise<never>((_, reject) => {
      abort = reject;
    });
    let answer: Answer;
    try {
      // What has failed already is only worked up.
      if (failed) throw failed.error;
      answer = await Promise.race([work(job, message), aborted]);
    } catch (thrown) {
      builtIns.mend(job);
      await job.shown();
      answer =
        message.type === "run"
          ? await endAttempt(current, job, message, thrown, describe)
          : {
              type: "failed",
              job: job.number,
              error: describe(withoutSignal(thrown, false)),
            };
    }
    // An attempt is compared as soon as its function is over.
    if (message.type === "run") builtIns.mendFew(job);
    else builtIns.mend(job);
    job.end();
    current.job = undefined;
    current.cell = undefined;
    abort = () => {};
    return answer;
  }

  /** Sends an answer, or that it cannot be copied. */
  function deliver(answer: Answer): void {
    try {
      if (answer.type === "returned") refuseEmptied(answer.value);
      platform.post(answer);
    } catch (thrown) {
      const value = answer.type === "returned" ? answer.value : answer;
      platform.post({
        type: "failed",
        job: answer.job,
        error: describe(copyFailure(value, "the result", "result", thrown)),
      });
    }
  }

  async function run(message: JobMessage): Promise<void> {
    deliver(await perform(message));
  }

  async function runAll({
    job: first,
    ...attempts
  }: Extract<ToWorker, { type: "run-all" }>): Promise<void> {
    const { length } = attempts.nodeOf;
    batch = new Batch(platform, first, length, {
      deliver,
      abort: (error) => {
        quick.abort(error);
        abort(error);
      },
    });
    current.world = running;
    const quick: QuickRuns = new QuickRuns(current, batch.platform, attempts);
    for (let at = 0; at < length; at += 1) {
      const job = first + at;
      if (!batch.begin(job)) break;
      const { answer, name, thrown, more } = await quick.run(job, at);
      // What still goes on may take its time.
      if (!answer && name) batch.platform.post({ type: "named", job, name });
      batch.end(
        answer ??
          (await perform(
            { type: "run", job, ...quick.jobOf(at), ...more },
            batch.platform,
            thrown,
          )),
        answer && name,
      );
    }
    batch.close();
    batch = undefined;
  }

  platform.post({ type: "ready" });
  return {
    receive(message) {
      switch (message.type) {
        case "load":
          load(message);
          break;
        case "database":
          if (current.job?.number === message.job)
            current.job.receiveDatabase(message.port, message.isReading);
          break;
        case "file":
          if (current.job?.number === message.job)
            current.job.receiveSupply(
              message.call,
              message.file,
              message.error,
            );
          break;
        case "library":
          if (current.job?.number === message.job)
            current.job.receiveSupply(
              message.call,
              message.library,
              message.error,
            );
          break;
        case "run-all":
          void runAll(message);
          break;
        case "hand-back":
          batch?.handBack();
          break;
        case "trace":
        case "run":
        case "ask":
        case "watch":
        case "view":
          void run(message);
      }
    },
    fail(error) {
      // While the graph is drawn, what a cell left behind is no reason not to draw it.
      const { job } = current;
      if (job?.kind === "watch")
        job.log("error", ["onStateChange failed:", error]);
      else if (batch) batch.fail(error);
      else if (job?.kind !== "trace") abort(error);
    },
  };
}
