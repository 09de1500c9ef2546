import { isStill } from "./motion.ts";

/** Lines whose dashes move along them. */
export interface MovingDashes {
  set(line: SVGElement, isMoving: boolean): void;
  destroy(): void;
}

const stepTime = 125;
/** How far dashes move in a step, in units of the drawing, and after how many units they are where they were. */
const step = 3;
const period = 11;

/**
 * Moves dashes by a few steps a second. An animation of the style sheet has all that is around the lines painted anew at every
 * frame, for which a processor works as long as a task runs that needs it itself.
 */
export function moveDashes(isSeen: () => boolean): MovingDashes {
  const lines = new Set<SVGElement>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let offset = 0;

  function move(): void {
    if (isStill() || !isSeen()) return;
    offset = (offset + step) % period;
    for (const line of lines) line.style.strokeDashoffset = String(-offset);
  }

  return {
    set(line, isMoving) {
      if (isMoving) lines.add(line);
      else if (lines.delete(line)) line.style.strokeDashoffset = "";
      if (lines.size > 0) timer ??= setInterval(move, stepTime);
      else {
        clearInterval(timer);
        timer = undefined;
      }
    },
    destroy() {
      clearInterval(timer);
    },
  };
}
