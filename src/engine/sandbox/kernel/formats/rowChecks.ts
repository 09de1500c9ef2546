import { FlowError, toErrorData } from "../../../../core/errors.ts";
import { asSentence, listNames, showValue } from "../../../../core/words.ts";

/** What is wrong with a value, as libraries of schemas say it (Standard Schema, version 1). */
interface Issue {
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[];
}
type Verdict = { value: unknown } | { issues: readonly Issue[] };
interface Schema {
  validate(value: unknown): Verdict | PromiseLike<Verdict>;
}

const mostShown = 5;

/** What row checks need of the worker that they run in. */
interface Surroundings {
  warn(message: string): void;
  /** Whether a schema threw it to end the task. */
  isSignal(thrown: unknown): boolean;
}

/** `checkRows(rows, schema, { badRows })`: the rows as the schema gives them back. */
export async function checkRows(
  { warn, isSignal }: Surroundings,
  rows: unknown,
  schema: unknown,
  badRows: unknown = "fail",
): Promise<unknown[]> {
  const standard = readSchema(schema);
  if (typeof rows !== "object" || rows === null || !(Symbol.iterator in rows))
    throw new FlowError(
      "invalid-argument",
      `checkRows takes a list of rows, not ${showValue(rows)}.`,
    );
  if (badRows !== "fail" && badRows !== "skip" && typeof badRows !== "function")
    throw new FlowError(
      "invalid-option",
      `badRows must be "fail", "skip" or a function that is told of each, not ${showValue(badRows)}.`,
    );
  const good: unknown[] = [];
  const problems: string[] = [];
  let index = 0;
  for (const row of rows as Iterable<unknown>) {
    let verdict: Verdict;
    try {
      const answer = standard.validate(row);
      // Waiting for each row would take most of the time.
      verdict = "then" in answer ? await answer : answer;
    } catch (thrown) {
      throw isSignal(thrown) ? thrown : failedAt(index, thrown);
    }
    if (!("issues" in verdict) || !verdict.issues) {
      good.push((verdict as { value: unknown }).value);
      index += 1;
      continue;
    }
    const problem = verdict.issues.map(describe).join("; ");
    if (typeof badRows === "function")
      (badRows as (bad: object) => void)({ index, row, problem });
    else problems.push(`row ${index + 1}: ${problem}`);
    index += 1;
  }
  if (problems.length === 0) return good;
  const summary = asSentence(
    `${problems.length} of ${index} rows do not fit the schema: ${listNames(problems, mostShown)}`,
  );
  if (badRows === "skip") {
    warn(`${summary} They were left out.`);
    return good;
  }
  throw new FlowError(
    "row-mismatch",
    `${summary} Correct them, or leave them out and be told of them: { badRows: "skip" }.`,
  );
}

function readSchema(schema: unknown): Schema {
  const standard =
    (typeof schema === "object" || typeof schema === "function") &&
    (schema as { "~standard"?: Schema } | null)?.["~standard"];
  if (standard && typeof standard.validate === "function") return standard;
  throw new FlowError(
    "invalid-argument",
    `The schema must be one that has "~standard", as those of Zod, Valibot and ArkType do, not ${showValue(schema)}.`,
  );
}

/** What the schema threw, with the row. */
function failedAt(index: number, thrown: unknown): Error {
  return new Error(
    `The schema failed at row ${index + 1}: ${asSentence(toErrorData(thrown).message)}`,
    { cause: thrown },
  );
}

function describe({ message, path = [] }: Issue): string {
  const where = path
    .map((step) => String(typeof step === "object" ? step.key : step))
    .join(".");
  return where ? `${where}: ${message}` : message;
}
