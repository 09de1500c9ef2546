/** Words of the counts beside the names of views. */
import { countOf } from "./language.ts";

export const missingFiles = (count: number) => `${count} missing`;
/** What is wrong in the logs: warnings, errors, or both. */
export const warnings = (warnings: number, errors: number) =>
  [
    warnings > 0
      ? countOf(warnings, { one: "warning", other: "warnings" })
      : "",
    errors > 0 ? countOf(errors, { one: "error", other: "errors" }) : "",
  ]
    .filter(Boolean)
    .join(", ");
