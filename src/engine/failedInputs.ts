/** What a copy of an error between threads loses: only the names of JavaScript's own classes arrive. */
import { FlowError } from "../core/errors.ts";
import type { FailedInput } from "./protocol.ts";

const copied: readonly string[] = [
  "Error",
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
];

/** Whether a copy of an error has another name. */
export function isRenamed({ name }: Error): boolean {
  return !copied.includes(name);
}

/** The errors among arguments, wherever they are, of which a copy has another name; undefined if there are none. */
export function findFailed(
  args: readonly unknown[],
): readonly FailedInput[] | undefined {
  const found: FailedInput[] = [];
  const seen = new Set<unknown>();
  const rest: unknown[] = [...args];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value !== "object" || value === null || seen.has(value))
      continue;
    seen.add(value);
    if (value instanceof Error) {
      const code = value instanceof FlowError ? { code: value.code } : {};
      if (isRenamed(value))
        found.push({ error: value, name: value.name, ...code });
    } else if (isMadeOfParts(value))
      for (const part of Object.values(value)) rest.push(part);
  }
  return found.length > 0 ? found : undefined;
}

/** Arguments are put together as lists and plain objects; in anything else is no task's error. */
function isMadeOfParts(value: object): boolean {
  if (Array.isArray(value)) return true;
  const proto: unknown = Object.getPrototypeOf(value);
  return proto === Object.prototype || proto === null;
}
