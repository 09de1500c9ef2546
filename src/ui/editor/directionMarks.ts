/** Marks of writing direction in code, as what they are: with them a text is read in another order than it is run. */
import { directionMarks, showDirectionMarks } from "../../core/words.ts";

/** The parts of a text: at odd places a mark, else what stands between two. */
export function splitDirectionMarks(text: string): string[] {
  return text.split(new RegExp(`(${directionMarks.source})`));
}

/** A mark as it is seen: written out as an escape. */
export function markElement(mark: string): HTMLElement {
  const element = document.createElement("span");
  element.className = "code-direction";
  element.textContent = showDirectionMarks(mark);
  return element;
}
