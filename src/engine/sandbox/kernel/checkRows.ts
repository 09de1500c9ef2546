import { FlowError } from "../../../core/errors.ts";
import { listNames, showValue } from "../../../core/words.ts";
import { type Current, jobOutside } from "./current.ts";
import { checkNames, toOptions } from "./readerOptions.ts";

/** What is wrong with a value, as libraries of schemas say it (Standard Schema, version 1). */
interface Issue {
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[];
}
type Verdict = { value: unknown } | { issues: readonly Issue[] };
interface Schema {
  "~standard": { validate(value: unknown): Verdict | Promise<Verdict> };
}

const mostShown = 5;

/** `checkRows(rows, schema, { badRows })`: the rows as the schema gives them back. */
export async function checkRows(
  current: Current,
  rows: unknown,
  schema: unknown,
  given: unknown,
): Promise<unknown[]> {
  const job = jobOutside(current, "checkRows");
  const options = toOptions(given);
  checkNames(options, "checkRows", ["badRows"]);
  const { badRows = "fail" } = options;
  const { validate } = readSchema(schema)["~standard"];
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
    const answer = validate(row);
    const verdict = answer instanceof Promise ? await answer : answer;
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
  const summary = `${problems.length} of ${index} rows do not fit the schema: ${listNames(problems, mostShown)}`;
  if (badRows === "skip") {
    job.log("warning", [`${summary}. They were left out.`]);
    return good;
  }
  throw new FlowError(
    "row-mismatch",
    `${summary}. Correct them, or leave them out and be told of them: { badRows: "skip" }.`,
  );
}

function readSchema(schema: unknown): Schema {
  const standard =
    (typeof schema === "object" || typeof schema === "function") &&
    (schema as Partial<Schema> | null)?.["~standard"];
  if (standard && typeof standard.validate === "function")
    return schema as Schema;
  throw new FlowError(
    "invalid-argument",
    `The schema must be one that has "~standard", as those of Zod, Valibot and ArkType do, not ${showValue(schema)}.`,
  );
}

function describe({ message, path = [] }: Issue): string {
  const where = path
    .map((step) => String(typeof step === "object" ? step.key : step))
    .join(".");
  return where ? `${where}: ${message}` : message;
}
