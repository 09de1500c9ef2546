/** What the page API does with a task of a run that is meant by its id, its name or its variable. */
import { checkAnswer } from "../core/answers.ts";
import { FlowError } from "../core/errors.ts";
import type { Answer } from "../core/events.ts";
import type { NodeId } from "../core/graph.ts";
import { checkParameters } from "../core/parameter.ts";
import type { RunState } from "../core/run.ts";
import { isFinal } from "../core/state.ts";
import { showValue } from "../core/words.ts";
import type { RunDesk } from "./runDesk.svelte.ts";
import type { ApiAnswer } from "./pageApi.ts";
import { taskIdOf } from "./taskIdOf.ts";
import { unknownTask } from "./words/resumable.ts";
import * as words from "./words/taskByName.ts";

/** A task, and of a mapped one the element that is meant, by its places. */
interface Found {
  node: NodeId;
  path: readonly number[];
}

/** Answers a task of the newest run that waits for a person, an element by its index; checks the answers to a form. */
export async function answerByName(
  desk: RunDesk,
  task: string,
  given: ApiAnswer = { type: "approve" },
): Promise<void> {
  if (Object(given) !== given)
    throw new FlowError("invalid-argument", words.noAnswer(showValue(given)));
  const { type, index, message } = given;
  const answer: Answer =
    type === "decline" && message !== undefined ? { type, message } : { type };
  showRunOf(desk, task, (state) => !isFinal(state.state));
  const { node, path } = find(desk, task, index);
  const found = desk.shown().graph.nodes.find(({ id }) => id === node);
  const operator = found?.kind === "task" ? found.operator : undefined;
  checkWaiting(desk, task, node, index);
  // Fields that have a default need no value.
  const values = given.value ?? {};
  if (!isPlain(values))
    throw new FlowError(
      "invalid-argument",
      words.noValues({ task: nameOf(task, index), given: showValue(values) }),
    );
  const said = checkAnswer(task, operator, answer, values);
  const value =
    operator?.type === "ask" && said.type === "approve"
      ? checkParameters(operator.form, values, "form")
      : undefined;
  await desk.answerTask(node, said, { path, ...(value ? { value } : {}) });
}

/** Whether it can have the fields of a form, as an object that stands in code does. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const proto: unknown = Object.getPrototypeOf(value);
  // It may be of another page, whose `Object.prototype` is another one.
  return proto === null || Object.getPrototypeOf(proto) === null;
}

/** Gives a task of the newest run that has it a result by hand. */
export async function markByName(
  desk: RunDesk,
  task: string,
  value?: unknown,
  index?: number,
): Promise<void> {
  showRunOf(desk, task, () => true);
  const { node, path } = find(desk, task, index);
  await desk.markSuccess(node, value, path);
}

/** Ends one task of the current run. */
export async function cancelByName(desk: RunDesk, task: string): Promise<void> {
  showRunOf(desk, task, (state) => !isFinal(state.state));
  const { node, path } = find(desk, task, undefined);
  await desk.cancelTask(node, path);
}

/** Shows the newest run that has a task and fits; the newest of all if there is none. */
function showRunOf(
  desk: RunDesk,
  task: string,
  fits: (run: RunState) => boolean,
): void {
  if (desk.running) return;
  const found = desk.runs.find(
    (run) => fits(run) && taskIdOf(run, task) !== undefined,
  );
  desk.shownRun = (found ?? desk.runs[0])?.run;
}

/** A task of the run on show; an element of a map by its index, counted through. */
function find(desk: RunDesk, task: string, index: number | undefined): Found {
  const run = desk.shown();
  const node = taskIdOf(run, task);
  const children =
    node === undefined ? undefined : run.tasks.get(node)?.children;
  const isThere = (at: number) =>
    Number.isInteger(at) && at >= 0 && at < (children?.count ?? 0);
  if (node !== undefined && (index === undefined || isThere(index)))
    return { node, path: index === undefined ? [] : children!.pathOf(index) };
  throw new FlowError(
    "unknown-task",
    node === undefined || index === undefined
      ? unknownTask({ task, tasks: [...run.tasks.keys()].join(", ") })
      : words.noElement({ task, index, elements: children?.count }),
  );
}

/** Refuses what waits for nobody, and a map as a whole: which of its elements is meant has to be said. */
function checkWaiting(
  desk: RunDesk,
  task: string,
  node: NodeId,
  index: number | undefined,
): void {
  const run = desk.shown().tasks.get(node);
  if (!run) throw new FlowError("invalid-argument", words.notInRun(task));
  const { children } = run;
  if (children?.counts.Paused && index === undefined)
    throw new FlowError(
      "invalid-argument",
      words.answerOneElement({ task, elements: children.count }),
    );
  const state =
    index === undefined ? run.state : (children?.stateOf(index) ?? run.state);
  if (state !== "Paused")
    throw new FlowError(
      "invalid-argument",
      words.notWaiting({ task: nameOf(task, index), state }),
    );
}

function nameOf(task: string, index: number | undefined): string {
  return index === undefined ? task : `${task}[${index}]`;
}
