import { parseOrigin } from "../core/origin.ts";
import type { FromWorker, ToWorker } from "../engine/protocol.ts";
import type { Platform } from "../engine/sandbox/kernel/platform.ts";
import type { TaskWorker } from "../engine/sandbox/kernel/worker.ts";
import { receiveFile } from "./fileOnDisk.ts";

// Cells may get others under these names.
const { setTimeout, clearTimeout, fetch } = globalThis;

/** What the kernel needs of Node. `run` runs the text of a script that is called by a name, `makeModule` gives a module's address. */
export function nodePlatform(
  scope: object,
  post: (message: FromWorker) => void,
  run: (text: string, filename: string) => void,
  makeModule: (text: string) => string,
): Platform {
  let scripts = 0;
  return {
    post,
    runScript(text) {
      scripts += 1;
      const filename = `blob:node/${scripts}`;
      run(text, filename);
      return filename;
    },
    makeModule,
    importModule: (address) => import(address) as Promise<object>,
    fetch: (...request) => fetch(...request).catch(sayWhy),
    setTimeout: (callback, milliseconds) =>
      setTimeout(callback, milliseconds) as unknown as number,
    clearTimeout: (timer) => clearTimeout(timer),
    now: Date.now,
    clock: performance.now.bind(performance),
    wayToAllow,
    scope,
  };
}

/** How a host is allowed; others than local ones are reached by https alone. */
function wayToAllow(origin: string): string {
  try {
    parseOrigin(origin);
  } catch {
    return "It can be allowed by https alone: write that in the address";
  }
  return `Add --allow-host ${origin} (in a program ${JSON.stringify(origin)} to its hosts)`;
}

/** Node says only in a cause why there was no answer. */
function sayWhy(thrown: unknown): never {
  // Whoever gives a request up may do it with an error of their own.
  if (!(thrown instanceof TypeError && thrown.cause instanceof Error))
    throw thrown;
  const { message, cause } = thrown;
  // Where several addresses were tried in vain, there is a code and no message.
  const why = cause.message || (cause as Error & { code?: string }).code;
  throw new TypeError(`${message} (${why})`, { cause });
}

/** Hands a message to the kernel, with the file that it speaks of. */
export async function deliver(
  worker: TaskWorker,
  message: ToWorker,
): Promise<void> {
  if (message.type === "file" && message.file)
    worker.receive({ ...message, file: await receiveFile(message.file) });
  else worker.receive(message);
}
