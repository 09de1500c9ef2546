/** Words of tasks that are meant by name. */

export const answerOneElement = ({
  task,
  elements,
}: {
  task: string;
  elements: number;
}) =>
  `${task} is a map: say which of its ${elements} elements is answered, by its index from 0 on.`;
export const notWaiting = ({ task, state }: { task: string; state: string }) =>
  `${task} waits for nobody: it is ${state}.`;
export const notInRun = (task: string) =>
  `${task} waits for nobody: it is not part of the run.`;
