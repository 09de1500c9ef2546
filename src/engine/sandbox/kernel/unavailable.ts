import { FlowError } from "../../../core/errors.ts";
import type { ProgramCell } from "../../../notebook/compile/program.ts";

/** Stands for a name whose cell was not evaluated because the graph is drawn before anything runs. */
export function makeUnavailable(name: string, cell: ProgramCell): unknown {
  const refuse = () => {
    throw new FlowError(
      "flow-body",
      `${name} has no value while the graph is drawn: its cell ${cell.name} needs something that only a run has. Use it inside a task.`,
    );
  };
  return new Proxy(() => {}, {
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
