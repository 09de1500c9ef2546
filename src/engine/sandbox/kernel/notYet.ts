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
  readParquet: "attach the data as CSV or JSON.",
  readExcel: "save the sheet as CSV, attach that, and use readCsv.",
  readSqlite: "attach the data as CSV or JSON.",
  fetchParquet: "fetch the data as CSV or JSON.",
};
