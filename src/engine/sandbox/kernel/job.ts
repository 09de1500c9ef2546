import { type ErrorData, fromErrorData } from "../../../core/errors.ts";
import type {
  AttemptContext,
  FormatLibrary,
  FromWorker,
  LibraryScript,
  LogLevel,
  LoopState,
  Output,
} from "../../protocol.ts";
import { DataClient } from "./dataClient.ts";
import { inspect } from "./inspect.ts";
import type { Platform } from "./platform.ts";
import { makeStarted } from "./refs.ts";
import { addTrail } from "./stack.ts";

/** A job whose log grows beyond this is in a loop; what follows is dropped. */
const mostLines = 10_000;
/** What shows more than this is in a loop; of what follows the newest is shown, after each interval. */
const mostOutputs = 10_000;
const interval = 50;

/** A message about a job. */
export type Answer = Extract<FromWorker, { job: number }>;

/** What a worker is doing for the engine. One at a time. */
export class Job {
  number: number;
  readonly kind: "trace" | "run" | "ask" | "watch" | "view";
  /** Makes what is known about the attempt when it is first asked for. */
  makeContext: (() => AttemptContext) | undefined;
  /** The name of the task that a run job runs. */
  task: string | undefined;
  /** When it began, by the clock of durations. */
  begunAt = 0;
  /** Where the loop of a run job is. */
  loop: LoopState | undefined;
  /** Of a view job: the cell that is shown, the last run of each flow, and the parameters as the form has them. */
  viewed: string | undefined;
  parameters: Readonly<Record<string, unknown>> = {};
  flows: Readonly<Record<string, { state: string; result: unknown }>> = {};
  /** Of a view job: the value of the cell's last expression. */
  last: { value: unknown } | undefined;
  /** What the cell displayed so far. */
  readonly outputs: { key: string | undefined; output: Output }[] = [];
  isOver = false;
  /** Of a view job: whether a task was called, whose code may be what goes on. */
  hasCalled = false;
  /** Whether the task has told its progress itself. */
  tellsProgress = false;
  /** Of a watch job: the place of the change that what is logged is about, if that is known. */
  change: number | undefined;
  /** Whether the job has left a trace: something was said, begun or asked for. */
  isUsed = false;

  #platform: Platform;
  #context: AttemptContext | undefined;
  #data: DataClient | undefined;
  #stopping: AbortController | undefined;
  #timers = new Set<number>();
  #lines = 0;
  #tracked = new Set<{ promise: Promise<unknown>; isObserved: boolean }>();
  #lost: { error: unknown; entry: { isObserved: boolean } }[] = [];
  #openedDatabase: ((port: MessagePort) => void) | undefined;
  #requests = new Map<
    number,
    { resolve(supply: unknown): void; reject(error: Error): void }
  >();
  #nextRequest = 1;
  #showing: Promise<void> | undefined;
  #shows = 0;
  #late: FromWorker | undefined;
  #lateTimer: number | undefined;
  #progress: { done: number; total?: number; label?: string } | undefined;
  #progressAt = -Infinity;
  #progressTimer: number | undefined;

  constructor(platform: Platform, number: number, kind: Job["kind"]) {
    this.#platform = platform;
    this.number = number;
    this.kind = kind;
  }

  /** About the attempt that a run job is. */
  get context(): AttemptContext | undefined {
    return (this.#context ??= this.makeContext?.());
  }

  set context(context: AttemptContext | undefined) {
    this.#context = context;
  }

  /** The database. */
  get data(): DataClient {
    this.isUsed = true;
    return (this.#data ??= new DataClient(
      () =>
        new Promise((resolve) => {
          this.#openedDatabase = resolve;
          this.post({ type: "open-database", job: this.number });
        }),
    ));
  }

  /** Fires when the attempt is given up. */
  get stopping(): AbortController {
    this.isUsed = true;
    return (this.#stopping ??= new AbortController());
  }

  post(message: FromWorker): void {
    this.isUsed = true;
    if (!this.isOver) this.#platform.post(message);
  }

  /**
   * The promise, as long as the job goes on. After its end it never settles, so that code which nobody awaited does not
   * wake up in the middle of the next job.
   */
  guard<T>(promise: Promise<T>): Promise<T> {
    this.isUsed = true;
    return new Promise((resolve, reject) => {
      promise.then(
        (value) => {
          if (!this.isOver) resolve(value);
        },
        (error: unknown) => {
          if (!this.isOver) reject(error as Error);
        },
      );
    });
  }

  /** A started ref of work on the database: the job does not end before it, and fails if it fails and nobody looked. */
  track<T>(promise: Promise<T>): Promise<T> {
    const entry = { promise: this.guard(promise), isObserved: false };
    const trail = new Error();
    this.#tracked.add(entry);
    const tracked = entry.promise.then(
      (value) => {
        this.#tracked.delete(entry);
        return value as T;
      },
      (error: unknown) => {
        this.#tracked.delete(entry);
        this.#lost.push({ error: addTrail(error, trail), entry });
        throw error;
      },
    );
    return makeStarted(tracked, () => {
      entry.isObserved = true;
    });
  }

  /** Waits for work on the database that is still going on; throws what failed without anybody having looked. */
  async settle(): Promise<void> {
    while (this.#tracked.size > 0)
      await Promise.allSettled(
        [...this.#tracked].map(({ promise }) => promise),
      );
    await Promise.resolve();
    for (const { error, entry } of this.#lost)
      if (!entry.isObserved) throw error;
  }

  log(level: LogLevel, values: readonly unknown[]): void {
    this.isUsed = true;
    this.#lines += 1;
    if (this.#lines > mostLines + 1) return;
    const isLast = this.#lines === mostLines + 1;
    this.post({
      type: "log",
      job: this.number,
      level: isLast ? "warning" : level,
      text: isLast
        ? `This is line ${mostLines + 1} of one task; the lines after it are dropped. Log less, or use progress(done, total).`
        : inspect(values),
      at: this.#platform.now(),
      ...(this.change === undefined ? {} : { change: this.change }),
    });
  }

  progress(done: number, total?: number, label?: string): void {
    this.isUsed = true;
    this.#progress = { done };
    if (total !== undefined) this.#progress.total = total;
    if (label !== undefined) this.#progress.label = label;
    const wait = this.#progressAt + interval - this.#platform.now();
    if (wait <= 0) this.#flushProgress();
    else
      this.#progressTimer ??= this.#platform.setTimeout(
        () => this.#flushProgress(),
        wait,
      );
  }

  /** Shows something; what comes after something that is still being made waits for it. */
  display(output: Output | Promise<Output>, key: string | undefined): void {
    const before = this.#showing;
    if (!before && !(output instanceof Promise)) return this.#show(output, key);
    const showing = Promise.allSettled([before, output])
      .then(() => output)
      .then((made) => {
        if (this.#showing === showing) this.#showing = undefined;
        this.#show(made, key);
      });
    this.#showing = showing;
    void this.track(showing);
  }

  /** Settles when all that is still being made to be shown is, which a task that throws does not wait for. */
  async shown(): Promise<void> {
    let last: Promise<void> | undefined;
    while (this.#showing !== last)
      await (last = this.#showing)?.catch(() => {});
  }

  #show(output: Output, key: string | undefined): void {
    const same =
      key === undefined
        ? undefined
        : this.outputs.find((shown) => shown.key === key);
    if (same) same.output = output;
    else if (this.kind === "view") this.outputs.push({ key, output });
    this.#late = { type: "display", job: this.number, key, output };
    this.#shows += 1;
    if (this.#shows <= mostOutputs) return this.#showLate();
    this.#lateTimer ??= this.#platform.setTimeout(() => {
      this.#lateTimer = undefined;
      this.#showLate();
    }, interval);
  }

  #showLate(): void {
    if (this.#late) this.post(this.#late);
    this.#late = undefined;
  }

  setTimeout(callback: () => void, milliseconds: number): number {
    this.isUsed = true;
    const timer = this.#platform.setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.isOver) callback();
    }, milliseconds);
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(timer: number): void {
    this.#timers.delete(timer);
    this.#platform.clearTimeout(timer);
  }

  readFile(name: string): Promise<Blob> {
    return this.#request((call) => ({
      type: "read-file",
      job: this.number,
      call,
      name,
    }));
  }

  loadLibrary(name: FormatLibrary): Promise<LibraryScript> {
    return this.#request((call) => ({
      type: "load-library",
      job: this.number,
      call,
      name,
    }));
  }

  receiveDatabase(port: MessagePort | undefined, isReading?: boolean): void {
    const opened = this.#openedDatabase;
    this.#openedDatabase = undefined;
    if (opened && port) opened(port);
    else this.#data?.move(port, isReading);
  }

  /** What the job has asked the engine for, or why it cannot be had. */
  receiveSupply(
    call: number,
    supply: unknown,
    error: ErrorData | undefined,
  ): void {
    const request = this.#requests.get(call);
    this.#requests.delete(call);
    if (error) request?.reject(fromErrorData(error));
    else request?.resolve(supply);
  }

  /** Sends the last progress, stops timers, and makes everything that is still going on ineffective. */
  end(): void {
    this.#flushProgress();
    this.#showLate();
    this.isOver = true;
    for (const timer of this.#timers) this.#platform.clearTimeout(timer);
    this.#data?.close();
  }

  #request<Supply>(message: (call: number) => FromWorker): Promise<Supply> {
    const call = this.#nextRequest++;
    return this.guard(
      new Promise<Supply>((resolve, reject) => {
        this.#requests.set(call, {
          resolve: (supply) => resolve(supply as Supply),
          reject,
        });
        this.post(message(call));
      }),
    );
  }

  #flushProgress(): void {
    if (this.#progressTimer !== undefined)
      this.#platform.clearTimeout(this.#progressTimer);
    this.#progressTimer = undefined;
    const progress = this.#progress;
    if (!progress) return;
    this.#progress = undefined;
    this.#progressAt = this.#platform.now();
    this.post({
      type: "progress",
      job: this.number,
      done: progress.done,
      total: progress.total,
      label: progress.label,
    });
  }
}
