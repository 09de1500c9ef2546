/** Words of tasks that are meant by name. */

export const answerOneElement = ({
  task,
  elements,
}: {
  task: string;
  elements: number;
}) =>
  `${task} is a map: say which of its ${elements} elements is answered, by its index from 0 on.`;
export const noAnswer = (given: string) =>
  `An answer is an object such as { type: "approve" }, and not ${given}. The task still waits.`;
export const noValues = ({ task, given }: { task: string; given: string }) =>
  `The values of a form are an object with its fields, and not ${given}. ${task} still waits.`;
export const notWaiting = ({ task, state }: { task: string; state: string }) =>
  `${task} waits for nobody: it is ${state}.`;
export const notInRun = (task: string) =>
  `${task} waits for nobody: it is not part of the run.`;
/** `elements` is how many there are; undefined of a task that is no map. */
export const noElement = ({
  task,
  index,
  elements,
}: {
  task: string;
  index: number;
  elements: number | undefined;
}) => {
  if (elements === undefined)
    return `${task} is no map, so it has no element ${index}. Leave out the index.`;
  const those =
    elements === 0
      ? "It has none."
      : elements === 1
        ? "It has only element 0."
        : `It has elements 0 to ${elements - 1}.`;
  return `The map ${task} has no element ${index}. ${those}`;
};
