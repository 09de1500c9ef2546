import type { AttemptId } from "./protocol.ts";

/** An attempt's name in maps. */
export function attemptKey({ run, node, element, attempt }: AttemptId): string {
  return element === undefined
    ? `${run}\n${node}\n${attempt}`
    : `${run}\n${node}[${element}]\n${attempt}`;
}

/** What names an attempt, and nothing else of what may come with it: that can be sent. */
export function attemptId({
  run,
  node,
  element,
  attempt,
}: AttemptId): AttemptId {
  return element === undefined
    ? { run, node, attempt }
    : { run, node, element, attempt };
}
