import { Worker } from "node:worker_threads";
import type { FromFrame, ToFrame } from "../engine/protocol.ts";
import { newModuleFolder, removeModuleFolder } from "./moduleFolder.ts";
import type { TaskThreadData } from "./task.thread.ts";

/** Where the scripts of the threads are: beside the one that is running. */
export function threadScript(name: "task" | "database"): URL {
  return new URL(`./${name}.thread.mjs`, import.meta.url);
}

/** Where attempts are made, as a sandbox frame of the page. */
export interface Threads {
  control: MessagePort;
  close(): void;
}

/**
 * Starts and ends the threads that make attempts, and answers as the sandbox frame of the page does. Threads are for stopping
 * what does not end, not for safety: they have all the rights of the process.
 */
export function openThreads(): Threads {
  const { port1, port2 } = new MessageChannel();
  const threads = new Map<number, Worker>();
  const modules = newModuleFolder();
  const removeModules = () => removeModuleFolder(modules);
  process.once("exit", removeModules);
  const send = (message: FromFrame) => port1.postMessage(message);

  function spawn(id: number, port: MessagePort): void {
    const thread = new Worker(threadScript("task"), {
      workerData: { port, modules } satisfies TaskThreadData,
      transferList: [port as never],
      name: `task ${id}`,
    });
    threads.set(id, thread);
    const report = (message: string) => {
      if (!threads.delete(id)) return;
      send({ type: "worker-error", worker: id, message });
    };
    thread.on("error", (error) => report(describe(error)));
    thread.on("exit", (code) =>
      report(`Its thread ended by itself (exit code ${code}).`),
    );
  }

  port1.onmessage = ({ data }: MessageEvent<ToFrame>) => {
    if (data.type === "boot") send({ type: "booted" });
    else if (data.type === "spawn") spawn(data.worker, data.port);
    else if (data.type === "kill") {
      const thread = threads.get(data.worker);
      threads.delete(data.worker);
      void thread?.terminate();
      send({ type: "killed", worker: data.worker });
    } else send({ type: "pong", id: data.id });
  };

  return {
    control: port2,
    close() {
      const ended = [...threads.values()].map((thread) => thread.terminate());
      threads.clear();
      port1.close();
      void Promise.all(ended).then(() => {
        process.off("exit", removeModules);
        removeModules();
      });
    },
  };
}

function describe(error: unknown): string {
  const code = (error as { code?: string }).code;
  if (code === "ERR_WORKER_OUT_OF_MEMORY")
    return "It ran out of memory. Work on fewer rows at once, or give Node more with --max-old-space-size.";
  return error instanceof Error ? error.message : String(error);
}
