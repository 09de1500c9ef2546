/** Why elements of a map have failed, as far as that is worth reading. */
import { failedAt } from "../core/failedAt.ts";
import type { TaskRun } from "../core/run.ts";
import { elementName } from "../core/schedulerState.ts";
import { isFailed, type State } from "../core/state.ts";

/** How many different messages are told. */
const mostMessages = 3;

/** How many elements that failed are looked at for them. */
const mostElements = 1_000;

/** Where a task run has failed, to be put behind its message: ` (cell defs, line 3)`. */
export function placeWords(run: TaskRun): string {
  const place = failedAt(run);
  return place ? ` (cell ${place.cell}, line ${place.line})` : "";
}

/** Whether elements of a map have failed. */
export function hasFailedElements({ children }: TaskRun): boolean {
  return Object.entries(children?.counts ?? {}).some(
    ([state, count]) => count > 0 && isFailed(state as State),
  );
}

/** The first different messages of elements that failed, each behind the element that said it first: `fetchPage[7]: HTTP 404`. */
export function elementMessages(name: string, task: TaskRun): string[] {
  const { children } = task;
  if (!children || !hasFailedElements(task)) return [];
  const found = new Map<string, string>();
  let looked = 0;
  for (let at = 0; at < children.count && looked < mostElements; at += 1) {
    if (!isFailed(children.stateOf(at))) continue;
    looked += 1;
    const run = children.run(at);
    const message = `${run.message ?? run.state}${placeWords(run)}`;
    if (found.has(message)) continue;
    found.set(message, elementName(name, children.pathOf(at)));
    if (found.size === mostMessages) break;
  }
  return [...found].map(([message, element]) => `${element}: ${message}`);
}
