/** What is said of a flow that is not there; fetched then. */
import { FlowError } from "../core/errors.ts";
import type { Cell, Diagnostic } from "../notebook/document.ts";
import type { FlowView } from "./drawing.ts";
import * as words from "./words/notFound.ts";

/** That there is no such flow, with those that there are, and the error of a cell for which one may be missing. */
export function unknownFlow(
  name: string | undefined,
  flows: readonly Pick<FlowView, "name" | "cell">[],
  diagnostics: readonly Diagnostic[],
  cells: readonly Cell[] = [],
): FlowError {
  const names = flows.map((flow) => flow.name).join(", ");
  const wrong = diagnostics.find(
    ({ severity, cell }) =>
      severity === "error" && !flows.some((flow) => flow.cell === cell),
  );
  const cell = cells.find(({ id }) => id === wrong?.cell);
  const isHidden = wrong !== undefined && cell !== undefined;
  const found =
    name !== undefined
      ? words.unknownFlow({ name, flows: names })
      : isHidden
        ? words.noFlowSeen
        : words.noFlow;
  return new FlowError(
    "unknown-flow",
    isHidden
      ? `${found} ${words.flowBehindError({ ...wrong, cell: cell.name })}`
      : found,
  );
}
