/** Why a value cannot be copied from one place to another: the first thing in it that stands in the way, by its path. */
import { FlowError, toErrorData } from "./errors.ts";
import { showPath } from "./showPath.ts";
import { asSentence } from "./words.ts";

// Code of a notebook may put something else in its place.
const { structuredClone } = globalThis;

/** What browsers put before the reason. */
const prefix = /^Failed to execute '\w+' on '\w+': /;

/** What Node, unlike browsers, copies as an object with nothing in it; by tags, since naming its classes would load them. */
const emptied = new Set(
  "URL URLSearchParams Headers Request Response FormData AbortSignal AbortController EventTarget Event TextEncoder TextDecoder Performance"
    .split(" ")
    .map((tag) => `[object ${tag}]`),
);

/** A value that cannot be copied, found inside another one. */
interface Obstacle {
  path: string;
  /** What it is and, in most cases, what to do about it: "a function. ...". */
  what: string;
}

/**
 * The error that says why a value could not be copied. `name` is what it is called, `root` what paths into it begin with: "the
 * result", "result". `nameOwn` knows what else stands in the way than what a value of any program may hold.
 */
export function explainCopyFailure(
  value: unknown,
  name: string,
  root: string,
  thrown: unknown,
  nameOwn: (value: unknown) => string | undefined = () => undefined,
): FlowError {
  let obstacle: Obstacle | undefined;
  try {
    obstacle = findObstacle(
      value,
      root,
      (one) => nameOwn(one) ?? nameObstacle(one),
      new Set(),
    );
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
  nameOf: (value: unknown) => string | undefined,
  seen: Set<object>,
): Obstacle | undefined {
  const what = nameOf(value);
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
    const obstacle = findObstacle(child, path + step, nameOf, seen);
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

/** Whether a value can be copied. */
export function isCloned(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

/** What a value holds, each with its step of a path and what reads it, as a getter may throw. */
export function* childrenOf(
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

/** What cannot be copied as such, and what to do about it; undefined of anything else. */
function nameObstacle(value: unknown): string | undefined {
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

/** Whether what it holds would be lost in Node, which copies it. */
export function isEmptied(value: object): boolean {
  const proto: unknown = Object.getPrototypeOf(value);
  return (
    proto !== Object.prototype &&
    proto !== null &&
    !Array.isArray(value) &&
    emptied.has(Object.prototype.toString.call(value))
  );
}
