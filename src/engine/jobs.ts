import type { AttemptListener, AttemptRequest } from "./executor.ts";
import type { AttemptId, FromWorker, RunBatch, ToWorker } from "./protocol.ts";

/** Ends a job after so many milliseconds, with that message. */
export interface TimeLimit {
  after: number;
  message: string;
}

/** A job that a worker is given: an attempt of a task, a cell to view, the flows to trace, or something about a task. */
export interface Job {
  readonly attempt: AttemptId;
  readonly priority: number;
  readonly mayWrite: boolean;
  /** How long it may take, from when a worker has it; while flows are drawn, from each step on. */
  readonly limit?: TimeLimit;
  /** An attempt of a flow's task, and who is told of it. */
  readonly task?: { request: AttemptRequest; listener: AttemptListener };
  /** Nobody wants it any more. */
  isStopped?: boolean;
  /** No other may be given to a worker with it. */
  isAlone?: boolean;
  /** What the worker may say when it is done; of any it may say `failed`. */
  readonly ends: readonly FromWorker["type"][];
  message(job: number): ToWorker;
  receive(message: FromWorker): void;
  lost(message: string): void;
  /** It is given a file of the notebook. */
  read?(name: string, hash: string): void;
}

const endsOfAttempt = ["returned", "skipped", "paused"] as const;

/** An attempt of a flow's task. */
export class AttemptJob implements Job {
  readonly mayWrite = true;
  readonly ends = endsOfAttempt;
  readonly request: AttemptRequest;
  readonly listener: AttemptListener;
  isStopped = false;
  declare isAlone?: boolean;

  constructor(request: AttemptRequest, listener: AttemptListener) {
    this.request = request;
    this.listener = listener;
  }

  get attempt(): AttemptId {
    return this.request;
  }

  get priority(): number {
    return this.request.priority;
  }

  get task(): this {
    return this;
  }

  message(job: number): ToWorker {
    return { type: "run", job, ...this.request.makeJob() };
  }

  receive(message: FromWorker): void {
    if (!this.isStopped) tell(this.listener, this.request, message);
  }

  lost(message: string): void {
    if (!this.isStopped) this.listener.crashed(this.request, message);
  }

  read(name: string, hash: string): void {
    if (!this.isStopped) this.listener.fileRead(this.request, name, hash);
  }
}

/** Several attempts in one message. */
export function toBatch(first: number, jobs: readonly Job[]): ToWorker {
  const { flow, context } = jobs[0]!.task!.request.makeJob();
  const nodes: RunBatch["nodes"][number][] = [];
  const places = new Map<string, number>();
  const nodeOf = new Int32Array(jobs.length);
  const mapIndexes = new Int32Array(jobs.length);
  const path = { all: [] as number[], ends: new Int32Array(jobs.length) };
  const args = { all: [] as unknown[], ends: new Int32Array(jobs.length) };
  jobs.forEach(({ task: of }, at) => {
    const { request } = of!;
    const { node } = request;
    let place = places.get(node);
    if (place === undefined) {
      place = nodes.length;
      places.set(node, place);
      const { task, name, hasName } = request;
      nodes.push({ task, node, name, hasName });
    }
    nodeOf[at] = place;
    mapIndexes[at] = request.mapIndex ?? -1;
    for (const one of request.path) path.all.push(one);
    for (const arg of request.args) args.all.push(arg);
    path.ends[at] = path.all.length;
    args.ends[at] = args.all.length;
  });
  return {
    type: "run-all",
    job: first,
    flow,
    context,
    nodes,
    nodeOf,
    mapIndexes,
    paths: { all: new Int32Array(path.all), ends: path.ends },
    args,
  };
}

/** Passes on the results of several attempts, but not of those that were stopped meanwhile. */
export function tellReturned(
  jobs: readonly Job[],
  message: FromWorker & { type: "returned-all" },
): void {
  const { values, startedAt, endedAt, names } = message;
  const requests = jobs.map(({ task }) => task!.request);
  const { listener } = jobs[0]!.task!;
  // Nearly always all are wanted, and a map has very many.
  if (!jobs.some(({ isStopped }) => isStopped))
    return listener.returnedAll(requests, values, startedAt, endedAt, names);
  const isWanted = (_: unknown, at: number) => !jobs[at]!.isStopped;
  if (jobs.some(isWanted))
    listener.returnedAll(
      requests.filter(isWanted),
      values.filter(isWanted),
      startedAt.filter(isWanted),
      endedAt.filter(isWanted),
      names?.filter(isWanted),
    );
}

/** Passes on what a worker says of an attempt. */
function tell(
  listener: AttemptListener,
  request: AttemptRequest,
  message: FromWorker,
): void {
  switch (message.type) {
    case "returned":
      return listener.returned(request, message.value, message.took);
    case "failed":
      return listener.failed(request, message.error, {
        ...(message.retry ? { retry: message.retry } : {}),
        ...(message.loop ? { loop: message.loop } : {}),
      });
    case "skipped":
      return listener.skipped(request, message.message);
    case "paused":
      return listener.paused(request, message.message);
    case "named":
      return listener.named(request, message.name);
    case "log":
      return listener.log(request, message.level, message.text, message.at);
    case "progress":
      return listener.progress(
        request,
        message.done,
        message.total,
        message.label,
      );
    case "display":
      return listener.display(request, message.key, message.output);
  }
}
