/** A thread that makes attempts: the same kernel as in a task worker of the page, with Node around it. */
import { compileFunction } from "node:vm";
import { workerData } from "node:worker_threads";
import type { ToWorker } from "../engine/protocol.ts";
import { startWorker } from "../engine/sandbox/kernel/worker.ts";
import { moduleMaker } from "./moduleFolder.ts";
import { deliver, nodePlatform } from "./platform.ts";

/** What the thread is given. */
export interface TaskThreadData {
  port: MessagePort;
  /** Where modules of packages may be written. */
  modules: string;
}

// Deep enough to reach from our own functions to the cell that called them.
Error.stackTraceLimit = 50;

const { port, modules } = workerData as TaskThreadData;

/** The timers of cells by their names. Node's own code goes by the global ones: its fetch sets some that outlast a task. */
const timers: Record<string, unknown> = {};

const worker = startWorker({
  ...nodePlatform(
    globalThis,
    port.postMessage.bind(port),
    (text, filename) =>
      void compileFunction(text, Object.keys(timers), { filename })(
        ...Object.values(timers),
      ),
    moduleMaker(modules),
  ),
  replaceTimers: (own) => void Object.assign(timers, own),
});

port.onmessage = ({ data }: MessageEvent<ToWorker>) =>
  void deliver(worker, data);
process.on("uncaughtException", (error) => worker.fail(error));
process.on("unhandledRejection", (reason) => worker.fail(reason));
