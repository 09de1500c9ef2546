/** Why nothing can be said to a task; fetched when that is so. */
import { elementName } from "../core/schedulerState.ts";
import { FlowError } from "../core/errors.ts";
import type { NodeId } from "../core/graph.ts";
import type { RunState } from "../core/run.ts";
import * as words from "./words/resumable.ts";

export function unknownTask(
  run: RunState,
  node: NodeId,
  path: readonly number[],
): FlowError {
  return new FlowError(
    "unknown-task",
    words.unknownTask({
      task: elementName(node, path),
      tasks: [...run.tasks.keys()].join(", "),
    }),
  );
}

export function runIsOver({ state }: RunState, task: NodeId): FlowError {
  return new FlowError("invalid-argument", words.runIsOver({ task, state }));
}
