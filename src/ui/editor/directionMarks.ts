/** Marks of writing direction in code, as what they are: with them a text is read in another order than it is run. */
import { directionMarks, showDirectionMarks } from "../../core/words.ts";

const mark = new RegExp(`(${directionMarks.source})`);

/** Whether a text has such marks. */
export function hasDirectionMarks(text: string): boolean {
  return mark.test(text);
}

/** The parts of a text: at odd places a mark, else what stands between two. */
export function splitDirectionMarks(text: string): string[] {
  return text.split(mark);
}

/** A mark as it is seen: written out as an escape. */
export function markElement(mark: string): HTMLElement {
  const element = document.createElement("span");
  element.className = "code-direction";
  element.textContent = showDirectionMarks(mark);
  return element;
}
