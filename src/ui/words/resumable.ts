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
