import { FlowError } from "../../../core/errors.ts";
import type { ProgramCell } from "../../../notebook/compile/program.ts";

/** Stands for a name whose cell was not evaluated because the graph is drawn before anything runs. */
export function makeUnavailable(name: string, cell: ProgramCell): unknown {
  return refuseUse(
    () => {},
    () =>
      new FlowError(
        "flow-body",
        `${name} has no value while the graph is drawn: its cell ${cell.name} needs something that only a run has. Use it inside a task.`,
      ),
  );
}

/** Stands for the rows of a SQL cell that failed: who uses them fails with that error. */
export function makeMissingRows(error: Error): unknown {
  return refuseUse([], () => error);
}

function refuseUse(target: object, makeError: () => Error): unknown {
  const refuse = () => {
    throw makeError();
  };
  return new Proxy(target, {
    get: refuse,
    apply: refuse,
    construct: refuse,
    set: refuse,
    has: refuse,
    ownKeys: refuse,
    getPrototypeOf: refuse,
    getOwnPropertyDescriptor: refuse,
    defineProperty: refuse,
    deleteProperty: refuse,
  });
}
