/** A thread that makes attempts: the same kernel as in a task worker of the page, with Node around it. */
import { runInThisContext } from "node:vm";
import { workerData } from "node:worker_threads";
import type { FromWorker, ToWorker } from "../engine/protocol.ts";
import { receiveFile } from "./fileOnDisk.ts";
import { startWorker } from "../engine/sandbox/kernel/worker.ts";

/** What the thread is given. */
export interface TaskThreadData {
  port: MessagePort;
}

// Deep enough to reach from our own functions to the cell that called them.
Error.stackTraceLimit = 50;

const { port } = workerData as TaskThreadData;
// Cells get others under these names.
const { setTimeout, clearTimeout, fetch } = globalThis;
let scripts = 0;

const worker = startWorker({
  post: (message: FromWorker) => port.postMessage(message),
  runScript(text) {
    scripts += 1;
    const filename = `blob:node/${scripts}`;
    runInThisContext(text, { filename });
    return filename;
  },
  // A module of a package imports others by the addresses that these were given.
  makeModule: (text) =>
    `data:text/javascript;base64,${Buffer.from(text).toString("base64")}`,
  importModule: (address) => import(address) as Promise<object>,
  fetch,
  setTimeout: (callback, milliseconds) =>
    setTimeout(callback, milliseconds) as unknown as number,
  clearTimeout: (timer) => clearTimeout(timer),
  now: Date.now,
  clock: performance.now.bind(performance),
  scope: globalThis,
});

port.onmessage = ({ data }: MessageEvent<ToWorker>) => void receive(data);
process.on("uncaughtException", (error) => worker.fail(error));
process.on("unhandledRejection", (reason) => worker.fail(reason));

async function receive(message: ToWorker): Promise<void> {
  if (message.type === "file" && message.file)
    worker.receive({ ...message, file: await receiveFile(message.file) });
  else worker.receive(message);
}
