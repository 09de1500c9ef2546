import { toErrorData } from "../core/errors.ts";
import { sandboxUnavailable } from "./sandboxUnavailable.ts";
import type { FromFrame, FromWorker, ToFrame, ToWorker } from "./protocol.ts";
import type { ScheduleCheck } from "./graphGuard.ts";
import {
  checkFromFrame,
  checkFromWorker,
  needsScheduleCheck,
} from "./sandboxGuard.ts";

/** A task worker inside the sandbox, as the engine sees it. It works on one job at a time. */
export interface TaskWorker {
  readonly id: number;
  post(message: ToWorker, transfer?: Transferable[]): void;
  /** Called for each message that passed the guard. */
  onMessage: (message: FromWorker) => void;
  /** Called once when the worker is gone without having been asked to go, or was ended for a message that it may not send. */
  onLost: (message: string) => void;
  /** Ends it at once, whatever it is doing. */
  kill(): void;
}

/** A worker that nobody has taken yet. */
interface StartedWorker {
  id: number;
  port: MessagePort;
}

/** Why a worker was ended that sent what it may not send. */
export const unfit =
  "Its worker sent something that no task may send, and was stopped. Code that posts messages of its own cannot run here; if yours does not, the result may be of a kind that cannot be copied.";

/**
 * How often the sandbox is asked for a sign of life, and how many questions may stay open. Counted, not timed: a sleeping machine
 * asks nothing. On a busy one a frame may wait long for its turn, and starts workers in it; before its first answer it has none.
 */
const heartbeat = { every: 1_000, unanswered: 15, unansweredFirst: 5 };

/**
 * The workers of one sandbox frame, over the frame's control port.
 *
 * A sandbox that ran out of memory vanishes without an event in Chromium: every frame and worker in it is gone and no
 * port says so. The heartbeat is the only sign, so while it is missed all workers count as lost.
 */
export class WorkerPool {
  #control: MessagePort;
  #onLost: () => void;
  #workers = new Map<number, TaskWorker>();
  /** A worker that has been started for whoever comes next; what it says waits in its port. */
  #prepared: StartedWorker | undefined;
  #nextWorker = 1;
  #unanswered = 0;
  #nextPing = 1;
  #timer: ReturnType<typeof setInterval>;
  #isClosed = false;
  #isBooted = false;
  #settle!: { resolve(): void; reject(error: Error): void };
  /** Resolves when the frame has answered; rejects if it never does, as in a browser that cannot give the sandbox. */
  readonly booted = new Promise<void>((resolve, reject) => {
    this.#settle = { resolve, reject };
  });

  /** `onLost` is called once when the whole sandbox is gone, after `onLost` of each of its workers. */
  constructor(control: MessagePort, kernel: string, onLost: () => void) {
    this.#control = control;
    this.#onLost = onLost;
    control.onmessage = (event) => {
      const message = checkFromFrame(event.data);
      if (message) this.#receive(message);
    };
    this.#send({ type: "boot", kernel });
    this.#timer = setInterval(() => this.#beat(), heartbeat.every);
  }

  /** Starts a worker for the next one who wants one, who then need not wait for its start; it is sent something to begin with. */
  prepare(first: readonly ToWorker[]): void {
    if (this.#isClosed || this.#prepared) return;
    this.#prepared = this.#start();
    for (const message of first) this.#prepared.port.postMessage(message);
  }

  /** Gives a worker that nothing of a notebook has run in; the kernel's `ready` is its first message. */
  spawn(): TaskWorker {
    const { id, port } = this.#prepared ?? this.#start();
    this.#prepared = undefined;
    const worker: TaskWorker = {
      id,
      post: (message, transfer = []) => port.postMessage(message, transfer),
      onMessage: () => {},
      onLost: () => {},
      kill: () => {
        if (!this.#workers.delete(id)) return;
        this.#end({ id, port });
      },
    };
    const lose = (message: string) => {
      if (!this.#workers.has(id)) return;
      worker.kill();
      worker.onLost(message);
    };
    const take = (given: unknown, check?: ScheduleCheck) => {
      if (!this.#workers.has(id)) return;
      const message = checkFromWorker(given, check);
      if (message) worker.onMessage(message);
      else lose(unfit);
    };
    port.onmessage = ({ data }) => {
      if (!this.#workers.has(id)) return;
      // Its frame is in no hurry to answer where all are busy; that the worker speaks says the same.
      this.#unanswered = 0;
      if (!needsScheduleCheck(data)) take(data);
      // A worker has nothing to say after the graphs that it drew.
      else
        import("../core/schedule.ts").then(
          ({ checkSchedule }) => take(data, checkSchedule),
          (thrown: unknown) => lose(toErrorData(thrown).message),
        );
    };
    port.onmessageerror = () => lose(unfit);
    this.#workers.set(id, worker);
    return worker;
  }

  #start(): StartedWorker {
    const worker = this.#nextWorker++;
    const { port1, port2 } = new MessageChannel();
    this.#send({ type: "spawn", worker, port: port2 }, [port2]);
    return { id: worker, port: port1 };
  }

  #end({ id, port }: StartedWorker): void {
    port.close();
    this.#send({ type: "kill", worker: id });
  }

  /** Ends all workers; the pool cannot be used after that. */
  close(): void {
    if (this.#isClosed) return;
    for (const worker of [...this.#workers.values()]) worker.kill();
    if (this.#prepared) this.#end(this.#prepared);
    this.#prepared = undefined;
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#control.close();
  }

  #send(message: ToFrame, transfer: Transferable[] = []): void {
    if (!this.#isClosed) this.#control.postMessage(message, transfer);
  }

  #receive(message: FromFrame): void {
    this.#unanswered = 0;
    if (message.type === "booted") {
      this.#isBooted = true;
      this.#settle.resolve();
    }
    if (message.type === "worker-error") {
      if (message.worker === this.#prepared?.id) {
        this.#end(this.#prepared);
        this.#prepared = undefined;
        return;
      }
      const worker = this.#workers.get(message.worker);
      if (!worker) return;
      // Code that heard of the error first may go on.
      worker.kill();
      worker.onLost(message.message);
    }
  }

  #beat(): void {
    const { unanswered, unansweredFirst } = heartbeat;
    if (this.#unanswered < (this.#isBooted ? unanswered : unansweredFirst)) {
      this.#unanswered += 1;
      this.#send({ type: "ping", id: this.#nextPing++ });
      return;
    }
    const lost = [...this.#workers.values()];
    this.#workers.clear();
    this.close();
    if (!this.#isBooted) {
      this.#settle.reject(sandboxUnavailable());
      return;
    }
    for (const worker of lost)
      worker.onLost(
        "The sandbox stopped answering; it may be out of memory. Let the tasks hold less at once, by loading rows in parts for example, then resume.",
      );
    this.#onLost();
  }
}
