import { FlowError } from "../../../core/errors.ts";
import type { ProgramCell } from "../../../notebook/compile/program.ts";

/** Why each has no value, and what to do. */
const reasons = new WeakMap<object, string>();

/** Stands for a name whose cell was not evaluated because the graph is drawn before anything runs. */
export function makeUnavailable(
  name: string,
  { name: cell, kind }: ProgramCell,
): unknown {
  const reason =
    kind === "sql"
      ? `no rows while the graph is drawn: its SQL cell ${cell} is read when something runs. Use it inside a task, or write the query into the flow: sql\`SELECT ...\``
      : `no value while the graph is drawn: its cell ${cell} needs something that only a run has. Use it inside a task`;
  const stand = refuseUse(
    () => {},
    () => new FlowError("flow-body", `${name} has ${reason}.`),
  );
  reasons.set(stand, `${name}, which has ${reason}`);
  return stand;
}

/** Stands for the rows of a SQL cell that failed: who uses them fails with that error. */
export function makeMissingRows(error: Error): unknown {
  return refuseUse([], () => error);
}

function refuseUse(target: object, makeError: () => Error): object {
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

/** What a stand-in is, and what to do about it; undefined for every other value. */
export function unavailableReason(value: unknown): string | undefined {
  return reasons.get(value as object);
}
