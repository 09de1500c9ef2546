/**
 * The language of notebooks for a program that imports it. Its tasks close over the program's own values, so their attempts
 * are made in its own thread, one at a time: what does not end cannot be stopped there, and a timeout counts only while
 * something is awaited.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { compileFunction } from "node:vm";
import type { Program } from "../notebook/compile/program.ts";
import type { FromFrame, ToFrame, ToWorker } from "../engine/protocol.ts";
import { startWorker } from "../engine/sandbox/kernel/worker.ts";
import { hashOf } from "./cluster/store.ts";
import { moduleMaker, newModuleFolder } from "./moduleFolder.ts";
import { deliver, nodePlatform } from "./platform.ts";
import type { Threads } from "./threads.ts";

type Callable = (...args: unknown[]) => unknown;

/** The one cell that all the program's tasks and flows are in. */
const cell = "module";

const scope: Record<string, Callable> = {};
/** Whom the job that goes on is answered to. */
let reply: MessagePort | undefined;
/** Set for all that the kernel does, and for what that calls, however late. */
const inKernel = new AsyncLocalStorage<true>();

const kernel = startWorker({
  isShared: true,
  ...nodePlatform(
    scope,
    (message) => reply?.postMessage(message),
    (text, filename) =>
      void compileFunction(text, [], {
        filename,
        contextExtensions: [scope],
      })(),
    // Its one cell is the program itself, which imports packages as any module does.
    moduleMaker(newModuleFolder()),
  ),
});

/** The names of the language. */
export const language: Readonly<Record<string, Callable>> = scope;

const tasks = new Map<string, Callable>();
const functions = new Map<string, Callable>();
const flows = new Map<string, () => void>();

/** `task(...)` and `resource(...)`, which also note what they made under the name of its function or its option `name`. */
export function named(make: Callable): Callable {
  return (fn, ...more) => {
    const made = make(fn, ...more) as Callable;
    const { name: given } = (more.at(-1) ?? {}) as { name?: unknown };
    const own = typeof given === "string" ? given : (fn as Callable).name;
    const stem = own || "task";
    let name = own || "task1";
    for (let at = 2; tasks.has(name); at += 1) name = `${stem}${at}`;
    tasks.set(name, made);
    functions.set(name, fn as Callable);
    return made;
  };
}

const names = new WeakMap<object, string>();

/** `flow(...)`: the flow itself is made when it is drawn. */
export function flow(name: string, body: Callable, options?: unknown): object {
  let real: (Callable & { map: Callable }) | undefined;
  const call = (given: unknown) => real?.(given);
  const handle = Object.assign(call, {
    map: (given: unknown) => real?.map(given),
  });
  flows.set(name, () => {
    real = language.flow!(name, body, options) as typeof real;
  });
  names.set(handle, name);
  return handle;
}

/** The name of what {@link flow} returned; undefined for anything else. */
export function flowName(value: unknown): string | undefined {
  return typeof value === "function" ? names.get(value) : undefined;
}

scope.flowbookModule = () => {
  for (const define of flows.values()) define();
  return Object.fromEntries(tasks);
};

/** All that was defined so far, as a program. */
export function moduleProgram(): Program {
  const code = `flowbookCell(${JSON.stringify(cell)}, flowbookModule)`;
  const versions = Object.fromEntries(
    [...functions].map(([name, fn]) => [name, hashOf(String(fn))]),
  );
  return {
    cells: [
      {
        ...{ id: cell, name: cell, kind: "js", code, shift: 0, inserts: [] },
        ...{ declares: [...tasks.keys()], inputs: [], isView: false },
        language: ["task", "flow"],
        hash: hashOf(JSON.stringify(versions)),
      },
    ],
    versions,
    hash: hashOf(JSON.stringify(versions)),
    usesContext: [...tasks.keys()],
    flows: [...flows.keys()].map((name) => ({
      ...{ name, cell, line: 1, column: 1 },
    })),
    tasks: {},
    diagnostics: [],
    broken: {},
  };
}

/** Whether it is a task or the body of a flow of this program that calls. */
export function isCalledByTask(): boolean {
  return inKernel.getStore() === true;
}

/** What tells a worker something, or answers it; all else is a job. */
const besides = new Set<ToWorker["type"]>([
  ...(["load", "database", "file", "library"] as const),
]);

/** In place of threads: workers that are all this one thread. They are given jobs one at a time. */
export function openInProcess(): Threads {
  const { port1, port2 } = new MessageChannel();
  const ports = new Map<number, MessagePort>();
  let working: number | undefined;
  const send = (message: FromFrame) => port1.postMessage(message);

  function spawn(id: number, port: MessagePort): void {
    ports.set(id, port);
    port.onmessage = ({ data }: MessageEvent<ToWorker>) => {
      // A worker that is made ready meanwhile is none that is waited for.
      if (!besides.has(data.type)) {
        reply = port;
        working = id;
      }
      void inKernel.run(true, () => deliver(kernel, data));
    };
    port.postMessage({ type: "ready" });
  }

  port1.onmessage = ({ data }: MessageEvent<ToFrame>) => {
    if (data.type === "boot") send({ type: "booted" });
    else if (data.type === "spawn") spawn(data.worker, data.port);
    else if (data.type === "kill") {
      if (working === data.worker) {
        reply = undefined;
        kernel.fail(new Error("It was stopped."));
      }
      ports.get(data.worker)?.close();
      ports.delete(data.worker);
      send({ type: "killed", worker: data.worker });
    } else send({ type: "pong", id: data.id });
  };

  return {
    control: port2,
    close() {
      for (const port of ports.values()) port.close();
      port1.close();
    },
  };
}
