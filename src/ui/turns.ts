/**
 * Work that nobody waits for, a piece at a time: between two pieces the browser paints, and takes what was typed or clicked.
 */
let last: Promise<void> = Promise.resolve();

/** Settles in a task of its own. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Settles in a task of its own, when those who asked earlier have had theirs. */
export function ownTurn(): Promise<void> {
  last = last.then(nextTask);
  return last;
}
