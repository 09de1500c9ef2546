import * as Comlink from "comlink";
import type { TypeChecker } from "./protocol.ts";

export type RemoteTypeChecker = Comlink.Remote<TypeChecker>;

/** A type checker in a worker of its own. */
export interface RunningTypeChecker {
  checker: RemoteTypeChecker;
  /** Settles if the worker cannot be started: what it was asked is never answered then. */
  failed: Promise<void>;
}

/** Starts the worker of the type checker. */
export function startTypeChecker(): RunningTypeChecker {
  const worker = new Worker(new URL("./types.worker.ts", import.meta.url), {
    type: "module",
    name: "types",
  });
  return {
    checker: Comlink.wrap<TypeChecker>(worker),
    failed: new Promise((resolve) => {
      worker.addEventListener("error", () => resolve(), { once: true });
    }),
  };
}
