/** How a task is given a result by hand; fetched when a reader first does that. */
import { FlowError } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import type { NodeId } from "../core/graph.ts";
import type { RunState, TaskRun } from "../core/run.ts";
import type { DatabaseService } from "../engine/services.ts";
import { isFinal } from "../core/state.ts";
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

/** Keeps the result that a task is given; gives the event that says so. */
export async function keepMark(
  database: Pick<DatabaseService, "commitResults">,
  run: RunState,
  about: {
    node: NodeId;
    path: readonly number[];
    task: number;
    value: unknown;
    firstEvent: number;
  },
): Promise<RunEvent> {
  const { node, path, task, value, firstEvent } = about;
  const whole = run.tasks.get(node);
  const key = path.length > 0 ? keyOfElement(whole, path) : whole?.key;
  const size = JSON.stringify(value)?.length ?? 0;
  const event: RunEvent = { type: "task-marked", at: Date.now(), task, size };
  await database.commitResults({
    run: run.run,
    keys: [key ?? ""],
    values: [value],
    events: [event],
    firstEvent,
    cache: [],
  });
  return event;
}

/** Where the result of an element of a map is kept. */
function keyOfElement(
  task: TaskRun | undefined,
  path: readonly number[],
): string | undefined {
  const children = task?.children;
  for (let at = 0; at < (children?.count ?? 0); at += 1)
    if (children!.pathOf(at).join() === path.join())
      return children!.run(at).key;
  return undefined;
}
