import { FlowError } from "../core/errors.ts";

/** That a browser cannot give the sandbox: then nothing runs, and nothing is run elsewhere instead. */
export function sandboxUnavailable(): FlowError {
  return new FlowError(
    "sandbox-unavailable",
    "This browser did not start the sandbox, so nothing can run here. Notebooks can still be read; try a current Chrome, Edge, Firefox or Safari to run them.",
  );
}
