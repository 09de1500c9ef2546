/** How long a change of the layout takes, in milliseconds. */
export const moveTime = 320;

/** True when the reader asked the system for less motion. */
export function isStill(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
