import type { FlowError } from "../core/errors.ts";
import type { FailedInput } from "./protocol.ts";

/** Whether a copy of an error between threads may have another name: only those of JavaScript's own classes arrive. */
export function isRenamed({ name }: Error): boolean {
  return name !== "Error";
}

/** The errors among arguments, wherever they are, of which a copy may have another name; undefined if there are none. */
export function findFailed(
  args: readonly unknown[],
): readonly FailedInput[] | undefined {
  const failed: FailedInput[] = [];
  // Grows while it is gone through.
  const parts = new Set<unknown>(args);
  for (const part of parts)
    if (part instanceof Error) {
      const { name, code } = part as FlowError;
      if (isRenamed(part)) failed.push({ error: part, name, code });
    } else if (
      typeof part === "object" &&
      part !== null &&
      !ArrayBuffer.isView(part)
    )
      for (const inner of Object.values(part)) parts.add(inner);
  return failed.length > 0 ? failed : undefined;
}
