/** Words of a task that is given a result by hand. */

export const runNotOver =
  "A task can be marked as a success once its run is over. Wait for it, or cancel it first.";
export const givenResult = "the result that was given";
export const markOneElement = ({
  task,
  elements,
}: {
  task: string;
  elements: number;
}) =>
  `${task} is a map: say which of its ${elements} elements was a success, by its index from 0 on.`;
