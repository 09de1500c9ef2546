import type { ToWorker } from "../../protocol.ts";
import { capturePlatform } from "./platform.ts";
import { startWorker } from "./worker.ts";

// The script of a task worker. Its first message brings the port to the engine; nothing of a notebook has run before.
const scope = self as unknown as DedicatedWorkerGlobalScope;

// Deep enough to reach from our own functions to the cell that called them.
Error.stackTraceLimit = 50;

scope.addEventListener(
  "message",
  ({ ports: [port] }) => {
    if (!port) return;
    const worker = startWorker(capturePlatform(scope, port));
    port.onmessage = ({ data }: MessageEvent<ToWorker>) => worker.receive(data);
    // Handled here: an error that reached the frame would count as the end of the worker.
    scope.addEventListener("error", (event) => {
      event.preventDefault();
      worker.fail(event.error ?? new Error(event.message));
    });
    scope.addEventListener("unhandledrejection", (event) => {
      event.preventDefault();
      // Chromium 156 rejects a promise that nobody holds, with nothing, when it refuses indexedDB.databases().
      if (event.reason !== undefined) worker.fail(event.reason);
    });
  },
  { once: true },
);
