import { FlowError } from "../../../core/errors.ts";

/** The error of a part of the language that is declared but not built. `advice` says what to write instead. */
export function notYet(name: string, advice?: string): FlowError {
  return new FlowError(
    "not-yet",
    `\`${name}\` is not built yet${advice ? `: ${advice}` : ", so this version of Flowbook cannot run it."}`,
  );
}

/** A function of the language that only says that it is not built yet; so do its `.map` and `.with`. */
export function makeNotYet(name: string, advice?: string): unknown {
  const refuse = () => {
    throw notYet(name, advice);
  };
  Object.defineProperty(refuse, "name", { value: name });
  for (const method of ["map", "with"])
    Object.defineProperty(refuse, method, { get: () => refuse });
  return refuse;
}

/** The functions of the language that are not built yet, with what to write instead. */
export const missingFunctions: Readonly<Record<string, string | undefined>> = {
  unmapped:
    "it belongs to `.map`. Call the task once with the whole list, and loop over it inside the task.",
  flatten:
    "flatten in a task that takes the list: task((lists) => lists.flat()).",
  every: "start the flow with Run.",
  cron: "start the flow with Run.",
  when: "decide in a task that takes the value.",
  choose: "decide in a task that takes the value.",
  merge: "take both values in one task.",
  skip: "return an empty result, or throw fail(message).",
  retry: "throw fail(message); the task's `retries` option tries again.",
  pause: undefined,
  success: "return the value.",
  approve: "leave the gate out of the flow.",
  ask: "describe what is asked for as a param(...) of the flow.",
  resource: "set up and clean up inside the task: try { ... } finally { ... }.",
  readParquet: "attach the data as CSV or JSON.",
  readExcel: "save the sheet as CSV, attach that, and use readCsv.",
  readSqlite: "attach the data as CSV or JSON.",
  fetchParquet: "fetch the data as CSV or JSON.",
};
