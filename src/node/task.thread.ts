/** A thread that makes attempts: the same kernel as in a task worker of the page, with Node around it. */
import { runInThisContext } from "node:vm";
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

const worker = startWorker(
  nodePlatform(
    globalThis,
    (message) => port.postMessage(message),
    (text, filename) => void runInThisContext(text, { filename }),
    moduleMaker(modules),
  ),
);

port.onmessage = ({ data }: MessageEvent<ToWorker>) =>
  void deliver(worker, data);
process.on("uncaughtException", (error) => worker.fail(error));
process.on("unhandledRejection", (reason) => worker.fail(reason));
