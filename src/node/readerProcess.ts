import { fork, type ChildProcess } from "node:child_process";
import { fromErrorData } from "../core/errors.ts";
import type { QueryRows } from "../engine/database/execute.ts";
import type { ReaderQuery } from "../engine/database/readers.ts";
import type { FromReader, ToReader } from "./readerMessages.ts";

/** What may be heard of a process. */
export interface ReaderListener {
  answered(answer: () => QueryRows): void;
  /** It is gone, and has not even been `ready` if so. */
  ended(wasReady: boolean, how: string): void;
}

/** A process that makes queries. */
export interface Reader {
  ask(query: ReaderQuery): void;
  /** Ends it, whatever it is at; resolves when it is gone, and has let go of the file. */
  kill(): Promise<void>;
}

/** What Node was started with that SQLite, or a large answer, may need. */
const passedOn = /^--(?:experimental-sqlite|max-old-space-size=)/;

/** Starts one for a file. Throws if no process can be started. */
export function startReader(
  script: URL,
  file: string,
  listener: ReaderListener,
): Reader {
  const child = fork(script, [file, String(process.pid)], {
    serialization: "advanced",
    execArgv: process.execArgv.filter((option) => passedOn.test(option)),
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  let isReady = false;
  const gone = new Promise<void>((resolve) => {
    const end = (how: string) => {
      resolve();
      listener.ended(isReady, how);
    };
    child.once("exit", (code, signal) => end(signal ?? `exit code ${code}`));
    // Whether it has been started or not: what cannot be sent is told here too.
    child.once("error", (error) => {
      if (child.pid === undefined) end(error.message);
    });
  });
  child.on("message", (message: FromReader) => {
    if (message.type === "ready") isReady = true;
    else listener.answered(() => take(message));
  });
  letGo(child);
  return {
    ask: (query: ToReader) => void child.send(query),
    kill() {
      child.kill("SIGKILL");
      return gone;
    },
  };
}

/** Nothing waits for the process if all else is over. */
function letGo(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}

function take(answer: Exclude<FromReader, { type: "ready" }>): QueryRows {
  if (answer.type === "failed") throw fromErrorData(answer.error);
  const { found, hasBytes } = answer;
  if (hasBytes)
    for (const row of found.rows)
      for (const [name, value] of Object.entries(row))
        if (value instanceof Uint8Array) row[name] = new Uint8Array(value);
  return found;
}
