import { FlowError, toErrorData } from "../../../core/errors.ts";
import { longestList } from "../../../core/longestList.ts";
import { asSentence } from "../../../core/words.ts";
import { showPath } from "./follow.ts";
import { refOf } from "./refs.ts";
import { unavailableReason } from "./unavailable.ts";
import { isUnmapped } from "./unmapped.ts";

const { structuredClone } = globalThis;

/** What browsers put before the reason. */
const prefix = /^Failed to execute '\w+' on '\w+': /;

/** What Node, unlike browsers, copies as an object with nothing in it; by tags, since naming its classes would load them. */
const emptied = new Set(
  "URL URLSearchParams Headers Request Response FormData AbortSignal AbortController EventTarget Event TextEncoder TextDecoder Performance"
    .split(" ")
    .map((tag) => `[object ${tag}]`),
);

/** Whether it is done so here. */
const isNothingRefused = isCloned(new URL("about:blank"));

/** A value that cannot be copied, found inside another one. */
interface Obstacle {
  path: string;
  /** What it is and, in most cases, what to do about it: "a function. ...". */
  what: string;
}

/** A copy as it would arrive in another worker. Throws an error that names the path (`result.rows[3].format`) of what cannot be copied. */
export function copyValue(value: unknown, name: string, root: string): unknown {
  try {
    const copy: unknown = structuredClone(value);
    refuseEmptied(value);
    return copy;
  } catch (thrown) {
    throw explainCopyFailure(value, name, root, thrown);
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

function isEmptied(value: object): boolean {
  const proto: unknown = Object.getPrototypeOf(value);
  return (
    proto !== Object.prototype &&
    proto !== null &&
    !Array.isArray(value) &&
    emptied.has(Object.prototype.toString.call(value))
  );
}

/** The error that says why a value could not be copied. `name` is what it is called, `root` what paths into it begin with: "the result", "result". */
export function explainCopyFailure(
  value: unknown,
  name: string,
  root: string,
  thrown: unknown,
): FlowError {
  let obstacle: Obstacle | undefined;
  try {
    obstacle = findObstacle(value, root, new Set());
    if (thrown instanceof DOMException) obstacle ??= findUncopied(value, root);
  } catch {
    // Nesting beyond the stack: the message does without the path.
  }
  const reason = obstacle
    ? `${obstacle.path} is ${obstacle.what}`
    : `${asSentence(toErrorData(thrown).message.replace(prefix, ""))} Return plain data: objects, lists, text, numbers, dates, bytes`;
  return new FlowError(
    "cannot-copy",
    `${name[0]?.toUpperCase() ?? ""}${name.slice(1)} cannot be copied: ${reason}.`,
    { cause: thrown },
  );
}

function findObstacle(
  value: unknown,
  path: string,
  seen: Set<object>,
): Obstacle | undefined {
  const what = nameObstacle(value);
  if (what) return { path, what };
  if (typeof value !== "object" || value === null || seen.has(value))
    return undefined;
  seen.add(value);
  for (const [step, read] of childrenOf(value)) {
    let child: unknown;
    try {
      child = read();
    } catch (thrown) {
      if (thrown instanceof RangeError) throw thrown;
      const why = asSentence(toErrorData(thrown).message);
      return {
        path: path + step,
        what: `a getter, and it threw: ${why} Give the value itself`,
      };
    }
    const obstacle = findObstacle(child, path + step, seen);
    if (obstacle) return obstacle;
  }
  return isCopyable(value)
    ? undefined
    : {
        path,
        what: `${withArticle(className(value))} that cannot be copied. Put its data into plain objects and lists`,
      };
}

/** Of what looks like plain data and is not, the innermost. */
function findUncopied(value: unknown, path: string): Obstacle {
  if (typeof value === "object" && value !== null)
    for (const [step, read] of childrenOf(value)) {
      const child = read();
      if (!isCloned(child)) return findUncopied(child, path + step);
    }
  return {
    path,
    what: "a Proxy, or something else that only looks like plain data. Put its values into a new object or list: { ...value }, [...value]",
  };
}

function isCloned(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

function* childrenOf(
  value: object,
): Generator<[step: string, read: () => unknown]> {
  if (value instanceof Map) {
    let index = 0;
    for (const [key, child] of value) {
      yield [` (key ${index} of the map)`, () => key];
      yield [`.get(${JSON.stringify(key) ?? "..."})`, () => child];
      index += 1;
    }
  } else if (value instanceof Set) {
    let index = 0;
    for (const child of value)
      yield [` (item ${index++} of the set)`, () => child];
  } else if (!ArrayBuffer.isView(value)) {
    for (const key of Object.keys(value))
      yield [
        showPath([Array.isArray(value) ? Number(key) : key]),
        () => (value as Record<string, unknown>)[key],
      ];
  }
}

function nameObstacle(value: unknown): string | undefined {
  const reason = unavailableReason(value);
  if (reason !== undefined) return reason;
  const ref = refOf(value);
  if (ref)
    return ref.type === "wire"
      ? "a ref of a flow body, which has no value in a task. Take it as an argument"
      : "a promise. Await it first";
  if (isUnmapped(value))
    return "unmapped(...), which stands for an argument of a map: t.map(xs, unmapped(y)). Pass the value itself";
  if (typeof value === "symbol") return "a symbol. Use text instead";
  if (typeof value === "function")
    return "a function. Return data, and compute in the task that uses it";
  if (typeof value !== "object" || value === null) return undefined;
  if (value instanceof URL) return "a URL. Use its text instead: url.href";
  if (value instanceof Promise) return "a promise. Await it first";
  if (typeof (value as { nodeType?: unknown }).nodeType === "number")
    return "a DOM node. Return the data it shows, or show it with display(...)";
  const tag = Object.prototype.toString.call(value);
  if (/Generator|Iterator/.test(tag))
    return "a generator. Collect its values in a list first: [...values]";
  return undefined;
}

function isCopyable(value: object): boolean {
  const proto: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value) || proto === null || proto === Object.prototype)
    return true;
  if (value instanceof Map || value instanceof Set) return true;
  return !isEmptied(value) && isCloned(value);
}

function className(value: object): string {
  const { constructor } = value as { constructor?: unknown };
  return typeof constructor === "function" && constructor.name
    ? constructor.name
    : "object";
}

function withArticle(word: string): string {
  // A URL and a Uint8Array are spoken with a "you".
  return `${/^(?:[aeio]|u(?!rl|int|ni|s))/i.test(word) ? "an" : "a"} ${word}`;
}
