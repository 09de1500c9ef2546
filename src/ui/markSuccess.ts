/** How a task is given a result by hand; fetched when a reader first does that. */
import { explainCopyFailure } from "../core/copyFailure.ts";
import { FlowError } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import type { NodeId } from "../core/graph.ts";
import type { RunState } from "../core/run.ts";
import type { DatabaseService } from "../engine/services.ts";
import { isFinal } from "../core/state.ts";
import { sizeOf } from "../core/sizeOf.ts";
import * as words from "./words/markSuccess.ts";

/** Refuses a task of which it does not make sense to say that it was a success. */
export function checkMarking(
  run: RunState,
  node: NodeId,
  path: readonly number[],
  isRunning: boolean,
): void {
  if (isRunning || !isFinal(run.state))
    throw new FlowError("already-running", words.runNotOver);
  const of = run.graph.nodes.find(({ id }) => id === node);
  if (of?.kind === "task" && of.over.length > path.length)
    throw new FlowError(
      "invalid-argument",
      words.markOneElement({
        task: node,
        elements: run.tasks.get(node)?.children?.count ?? 0,
      }),
    );
}

/** Refuses a result that cannot be kept: it says what in it stands in the way. */
function checkCopies(value: unknown): void {
  try {
    structuredClone(value);
  } catch (thrown) {
    throw explainCopyFailure(value, words.givenResult, "value", thrown);
  }
}

/** Keeps the result that a task is given; gives the event that says so. */
export async function keepMark(
  database: Pick<DatabaseService, "commitResults">,
  run: RunState,
  about: { task: number; value: unknown; firstEvent: number },
): Promise<RunEvent> {
  const { task, value, firstEvent } = about;
  // The key that the task run has had so far may be that of an equal call, whose result it shares.
  const key = `mark#${firstEvent}`;
  checkCopies(value);
  const event: RunEvent = {
    type: "task-marked",
    at: Date.now(),
    task,
    size: sizeOf(value),
    key,
  };
  await database.commitResults({
    run: run.run,
    keys: [key],
    values: [value],
    events: [event],
    firstEvent,
    cache: [],
  });
  return event;
}
