import type { NodeResult } from "./report.ts";
import type { TaskRun } from "./run.ts";
import { sizeOf, unfoldedSizeOf } from "./sizeOf.ts";

/** Results larger than this many bytes are left out of reports. */
export const reportLimit = 1_000_000;

/** How large the result of a task is, as far as it is known or at hand; of a mapped one, those of all its elements together. */
export function resultSize(
  { size, children }: TaskRun,
  result: NodeResult | undefined,
): number {
  if (!children) return size ?? (result ? sizeOf(result.value) : 0);
  let total = 0;
  for (let index = 0; index < children.count; index += 1)
    total += elementSize(children.run(index), result, index);
  return total;
}

/** The same of an element of a mapped task. Those of a map that was reused as a whole do not know theirs. */
export function elementSize(
  { size }: TaskRun,
  result: NodeResult | undefined,
  index: number,
): number {
  if (size !== undefined) return size;
  return result?.elements?.has(index) ? sizeOf(result.elements.get(index)) : 0;
}

/** How large a value is when it is written out, where what it holds twice stands twice. */
export function toldSize(value: unknown): number {
  const size = unfoldedSizeOf(value);
  // It holds itself; it cannot be written out.
  return size === Infinity ? sizeOf(value) : size;
}
