import { findChange } from "../../notebook/findChange.ts";
import { positionAt } from "../../notebook/compile/position.ts";

/** A stretch of a text in which somebody has typed, by its offsets. */
export interface Typed {
  from: number;
  to: number;
}

/** The stretch in which somebody has typed, when the text has changed once more. */
export function typedBy(
  typed: Typed | undefined,
  before: string,
  after: string,
): Typed | undefined {
  const change = findChange(before, after);
  if (!change) return typed;
  const end = change.from + change.insert.length;
  if (!typed) return { from: change.from, to: end };
  return {
    from: Math.min(typed.from, change.from),
    to: Math.max(end, typed.to + end - change.to),
  };
}

/** Whether a line of a text is one of those in which somebody has typed. */
export function isTyped(
  typed: Typed | undefined,
  source: string,
  line: number,
): boolean {
  return (
    typed !== undefined &&
    positionAt(source, typed.from).line <= line &&
    line <= positionAt(source, Math.max(typed.from, typed.to - 1)).line
  );
}
