import { FlowError } from "../../../core/errors.ts";
import type { TaskAddress } from "../../protocol.ts";
import type { Current } from "./current.ts";
import { type Definition, definitionOf, isTask } from "./definition.ts";
import type { TaskOptions } from "./taskOptions.ts";
import { nameKnown } from "./world.ts";

/** What is behind a task of the notebook, or of the language, by its name. */
export async function findTask(
  current: Current,
  name: string,
): Promise<Definition> {
  const world = current.world!;
  const found = await world.value(name);
  if (isTask(found?.value)) return definitionOf(found.value);
  const builtIn = current.language[name];
  if (!found && isTask(builtIn)) return definitionOf(builtIn);
  throw new FlowError(
    "unknown-task",
    found
      ? `${name} is no task. Define it with task(...), or draw the flow again.`
      : `There is no task ${name} in this notebook. ${nameKnown(world.names)}`,
  );
}

/** The options of a node: those of its call in the flow's body, or of the task itself if the call cannot be found. */
export async function findOptions(
  current: Current,
  { task, flow, node }: TaskAddress,
): Promise<TaskOptions> {
  const found = await current.world!.definitionOf(flow, node);
  return (found ?? (await findTask(current, task))).options;
}
