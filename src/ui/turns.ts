/**
 * Work that nobody waits for, a piece at a time: between two pieces the browser paints, and takes what was typed or clicked.
 */
let last: Promise<void> = Promise.resolve();

/** Settles in a task of its own. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** How long what has time waits for a moment in which the browser has nothing else to do, in milliseconds. */
const mostUntilIdle = 300;

/** Settles in a task of its own, when there is nothing else to do. */
export function idle(): Promise<void> {
  // Safari has no requestIdleCallback.
  if (!("requestIdleCallback" in window)) return nextTask();
  return new Promise((resolve) =>
    requestIdleCallback(() => resolve(), { timeout: mostUntilIdle }),
  );
}

/** How long a page that is seen may take to paint. Frames out of sight never do. */
const mostUntilPaint = 1_000;

/** Settles when the page has been painted as it is, in a task of its own; sooner if nobody sees it. */
export function painted(): Promise<void> {
  if (document.hidden) return nextTask();
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, mostUntilPaint);
  });
}

/** Settles in a task of its own, when those who asked earlier have had theirs. */
export function ownTurn(): Promise<void> {
  last = last.then(nextTask);
  return last;
}
