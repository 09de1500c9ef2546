/** Words of the pane beside the notebook. */
import { formatNumber } from "./language.ts";

export const views = "Views of the flow";
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
