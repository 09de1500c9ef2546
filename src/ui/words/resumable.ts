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
