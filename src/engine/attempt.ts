import type { AttemptId } from "./protocol.ts";

/** An attempt's name in maps. */
export function attemptKey({ run, node, attempt }: AttemptId): string {
  return `${run}\n${node}\n${attempt}`;
}
