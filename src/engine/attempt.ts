import type { AttemptId } from "./protocol.ts";

/** An attempt's name in maps. */
export function attemptKey({ run, node, element, attempt }: AttemptId): string {
  return element === undefined
    ? `${run}\n${node}\n${attempt}`
    : `${run}\n${node}[${element}]\n${attempt}`;
}

/** What a query of the page goes by, where attempts go by their keys. */
export function queryKey(sql: string): string {
  return `?${sql}`;
}

/** Of which task run the attempt with a key is, as people call it. */
export function taskRunOfKey(key: string): string | undefined {
  return isQueryKey(key) ? undefined : key.split("\n")[1];
}

/** Whether it is that of a query of the page. */
export function isQueryKey(key: string): boolean {
  return key.startsWith("?");
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

/** What names a task run whatever the attempt, so that others can tell that something is asked of them again. */
export function taskRunKey(
  run: string,
  node: string,
  path: ArrayLike<number>,
): string {
  const places = Array.from(path, (place) => `[${place}]`);
  return `${run}/${node}${places.join("")}`;
}
