import type { FromWorker } from "../../protocol.ts";

/** What the kernel needs of the worker around it, taken before the code of any cell can change it. */
export interface Platform {
  post(message: FromWorker): void;
  /** Runs the text as a classic script, and gives the address that it has in stacks. */
  runScript(text: string): string;
  /** Makes a module of a text, and gives the address that it is imported by. */
  makeModule(text: string): string;
  importModule(address: string): Promise<object>;
  fetch(address: string | URL | Request, init?: RequestInit): Promise<Response>;
  setTimeout(callback: () => void, milliseconds: number): number;
  clearTimeout(timer: number): void;
  /** The time, in milliseconds since 1970 UTC. */
  now(): number;
  /** Milliseconds from any moment on, finer than those of `now`. */
  clock(): number;
  /** The global object of the cells' code. */
  scope: object;
  /** The built-ins are also those of code that is in no cell, which may change them. */
  isShared?: true;
  /** How an origin is allowed here, where nobody can be asked; a sentence without its end. */
  wayToAllow?(origin: string): string;
  /** Gives the cells' code its timers where others need the global ones as they are; otherwise those are replaced. */
  replaceTimers?(timers: Record<string, unknown>): void;
}

/** The platform of a worker of a browser that speaks with the engine over `port`. */
export function capturePlatform(
  scope: DedicatedWorkerGlobalScope,
  port: MessagePort,
): Platform {
  const { URL, Blob, performance } = globalThis;
  const createUrl = URL.createObjectURL.bind(URL);
  const revokeUrl = URL.revokeObjectURL.bind(URL);
  const importScripts = scope.importScripts.bind(scope);
  return {
    post: port.postMessage.bind(port),
    runScript(text) {
      const url = createUrl(new Blob([text], { type: "text/javascript" }));
      try {
        importScripts(url);
      } finally {
        revokeUrl(url);
      }
      return url;
    },
    makeModule: (text) =>
      createUrl(new Blob([text], { type: "text/javascript" })),
    importModule: (address) =>
      import(/* @vite-ignore */ address) as Promise<object>,
    fetch: scope.fetch.bind(scope),
    setTimeout: scope.setTimeout.bind(scope),
    clearTimeout: scope.clearTimeout.bind(scope),
    now: Date.now.bind(Date),
    clock: performance.now.bind(performance),
    scope,
  };
}
