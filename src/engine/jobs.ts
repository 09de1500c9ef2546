import type { AttemptListener, AttemptRequest } from "./executor.ts";
import type { AttemptId, FromWorker, ToWorker } from "./protocol.ts";

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
  /** How long it may take, from when a worker has it. */
  readonly limit?: TimeLimit;
  /** An attempt of a flow's task, and who is told of it. */
  readonly task?: { request: AttemptRequest; listener: AttemptListener };
  /** Nobody wants it any more. */
  isStopped?: boolean;
  message(job: number): ToWorker;
  receive(message: FromWorker): void;
  lost(message: string): void;
}

/** An attempt of a flow's task. */
export class AttemptJob implements Job {
  readonly attempt: AttemptRequest;
  readonly priority: number;
  readonly mayWrite = true;
  readonly task: { request: AttemptRequest; listener: AttemptListener };
  isStopped = false;

  constructor(request: AttemptRequest, listener: AttemptListener) {
    this.attempt = request;
    this.priority = request.priority;
    this.task = { request, listener };
  }

  message(job: number): ToWorker {
    return { type: "run", job, ...this.attempt.makeJob() };
  }

  receive(message: FromWorker): void {
    tell(this.task.listener, this.attempt, message);
  }

  lost(message: string): void {
    this.task.listener.crashed(this.attempt, message);
  }
}

/** Several attempts in one message. */
export function toBatch(first: number, jobs: readonly Job[]): ToWorker {
  const requests = jobs.map(({ task }) => task!.request);
  const { flow, context } = requests[0]!.makeJob();
  return {
    type: "run-all",
    job: first,
    flow,
    context,
    tasks: requests.map(({ task }) => task),
    nodes: requests.map(({ node }) => node),
    names: requests.map(({ name }) => name),
    elements: requests.map(({ element }) => element),
    mapIndexes: requests.map(({ mapIndex }) => mapIndex),
    args: requests.map(({ args }) => args),
  };
}

/** Passes on what a worker says of an attempt. */
function tell(
  listener: AttemptListener,
  request: AttemptRequest,
  message: FromWorker,
): void {
  switch (message.type) {
    case "returned":
      return listener.returned(request, message.value);
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
