/** Words of a run that waits for people. */
import { plural } from "./language.ts";

export const waitForAnswer = ({
  tasks,
  names,
}: {
  tasks: number;
  names: string;
}) =>
  `${names} ${plural(tasks, { one: "waits", other: "wait" })} for an answer. Answer in the graph, or with flowbook.answer(task, ...).`;
export const otherParameter = (name: string) =>
  `The run waits with another ${name}, and goes on with that. Give it back its value, or cancel the run and start another one.`;
export const nothingToResume = (flow: string) =>
  `${flow} has not run yet, so there is nothing to resume. Run it first.`;
/** `task` may name an element of a map, as `fetch[3]`. */
export const unknownTask = ({ task, tasks }: { task: string; tasks: string }) =>
  `The run has no task ${task}. It has ${tasks}.`;
/** `state` is that of the run. */
export const runIsOver = ({ task, state }: { task: string; state: string }) =>
  `${task} waits for nobody any more: the run is ${state}. Resume asks again.`;
