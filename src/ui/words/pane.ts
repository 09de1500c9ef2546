/** Words of the pane beside the notebook. */
import { countOf, formatNumber } from "./language.ts";

export const views = "Views of the flow";
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
export const valueMissing = (parameter: string) =>
  `${parameter} needs a value.`;
export const resetParameter = (parameter: string) =>
  `Reset ${parameter} to its default`;
export const resetHint = "Back to the default";
export const noChoice = "None";
export const yes = "Yes";
export const no = "No";
export const parameters = "Parameters";
export const changedCount = (parameters: number) =>
  `${formatNumber(parameters)} changed`;
export const runFlow = (flow: string) => `Run ${flow}`;
