import { FlowError } from "../../../core/errors.ts";
import type { ToWorker } from "../../protocol.ts";
import type { Current } from "./current.ts";
import { isTask } from "./definition.ts";
import { isFlow } from "./flow.ts";
import type { Answer, Job } from "./job.ts";
import { show } from "./pictures.ts";

/** Evaluates a cell for what it shows. */
export async function viewCell(
  current: Current,
  job: Job,
  message: Extract<ToWorker, { type: "view" }>,
): Promise<Answer> {
  const world = current.world!;
  job.viewed = message.cell;
  job.flows = message.flows;
  job.parameters = message.parameters;
  const cell = world.cell(message.cell);
  if (!cell)
    throw new FlowError(
      "unknown-cell",
      `There is no cell ${message.cell} that could be shown.`,
    );
  world.refresh(cell);
  const values = await world.valuesOf(cell);
  if (cell.kind === "sql") job.last = { value: Object.values(values)[0] };
  const last = await job.last?.value;
  if (last !== undefined && !isTask(last) && !isFlow(last)) {
    if (cell.kind === "sql" && Array.isArray(last) && last.length === 0)
      job.display(
        { type: "table", columns: [], rows: [], total: 0 },
        undefined,
      );
    else show(job, last);
  }
  await job.settle();
  const outputs = job.outputs.map(({ output }) => output);
  return { type: "viewed", job: job.number, outputs };
}
