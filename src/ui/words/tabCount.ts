/** Words of the counts beside the names of views. */
import { countOf } from "./language.ts";

export const missingFiles = (count: number) => `${count} missing`;

const warningCount = (count: number) =>
  countOf(count, { one: "warning", other: "warnings" });
const errorCount = (count: number) =>
  countOf(count, { one: "error", other: "errors" });

/** What is wrong in the logs, of which there is something. */
export const problems = (warnings: number, errors: number) => {
  if (errors === 0) return warningCount(warnings);
  if (warnings === 0) return errorCount(errors);
  return `${warningCount(warnings)}, ${errorCount(errors)}`;
};
