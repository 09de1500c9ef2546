import {
  childrenOf,
  explainCopyFailure,
  isCloned,
  isEmptied,
} from "../../../core/copyFailure.ts";
import type { FlowError } from "../../../core/errors.ts";
import { longestList } from "../../../core/longestList.ts";
import { refOf } from "./refs.ts";
import { unavailableReason } from "./unavailable.ts";
import { isUnmapped } from "./unmapped.ts";

const { structuredClone } = globalThis;

/** Whether it is done so here. */
const isNothingRefused = isCloned(new URL("about:blank"));

/** A copy as it would arrive in another worker. Throws an error that names the path (`result.rows[3].format`) of what cannot be copied. */
export function copyValue(value: unknown, name: string, root: string): unknown {
  try {
    const copy: unknown = structuredClone(value);
    refuseEmptied(value);
    return copy;
  } catch (thrown) {
    throw copyFailure(value, name, root, thrown);
  }
}

/** So many objects of a value are looked at: large values are of rows, which are all alike. */
const mostLookedAt = 100_000;

/** Throws as a browser does when it copies a value, where what is in it would be lost without a word. It can be copied: so it ends. */
export function refuseEmptied(value: unknown): void {
  if (isNothingRefused && holdsEmptied(value))
    throw new DOMException("It could not be cloned.", "DataCloneError");
}

function holdsEmptied(value: unknown): boolean {
  const seen = new Set<object>();
  const left: object[] = [];
  const add = (child: unknown) => {
    if (typeof child === "object" && child !== null) left.push(child);
  };
  add(value);
  try {
    for (let one = left.pop(); one !== undefined; one = left.pop()) {
      if (seen.has(one)) continue;
      if (seen.size === mostLookedAt) return false;
      seen.add(one);
      if (isEmptied(one)) return true;
      if (one instanceof Map || one instanceof Set)
        for (const [, read] of childrenOf(one)) add(read());
      else if (Array.isArray(one) && one.length <= longestList)
        for (let at = 0; at < one.length; at += 1) add(one[at]);
      // Of an error its own properties are not copied.
      else if (!ArrayBuffer.isView(one) && !(one instanceof Error))
        Object.values(one).forEach(add);
    }
  } catch {
    // A getter or a proxy that throws has the copying fail as well, which says it.
  }
  return false;
}

/** The error that says why a value could not be copied, as {@link explainCopyFailure} does. */
export function copyFailure(
  value: unknown,
  name: string,
  root: string,
  thrown: unknown,
): FlowError {
  return explainCopyFailure(value, name, root, thrown, nameOwn);
}

/** What a cell gets of the language, and a task must not return. */
function nameOwn(value: unknown): string | undefined {
  const reason = unavailableReason(value);
  if (reason !== undefined) return reason;
  const ref = refOf(value);
  if (ref)
    return ref.type === "wire"
      ? "a ref of a flow body, which has no value in a task. Take it as an argument"
      : "a promise. Await it first";
  if (isUnmapped(value))
    return "unmapped(...), which stands for an argument of a map: t.map(xs, unmapped(y)). Pass the value itself";
  return undefined;
}
