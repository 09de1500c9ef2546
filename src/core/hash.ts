import { FlowError } from "./errors.ts";
import { longestList } from "./longestList.ts";

/**
 * A hash of a text: 128 bits in 32 hex digits, the same everywhere and always. It tells texts apart that differ by accident;
 * it is no protection against someone who looks for two that collide. (The sandbox has no crypto.subtle, and that one
 * would be asynchronous.)
 *
 * Four lanes read the whole text, each with its own constants, so that texts on which one lane agrees by chance are told
 * apart by the others. A lane's step can be undone, so two texts of equal length that differ in one place never agree.
 */
export function hashText(text: string): string {
  let a = 0x2545f491 ^ text.length;
  let b = 0x6c8e9cf5 ^ text.length;
  let c = 0x9e6c63d1 ^ text.length;
  let d = 0xd1342543 ^ text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at) + 1;
    a = Math.imul(rotate(a, 13) ^ Math.imul(unit, 0x3c6ef35f), 0x85157af5);
    b = Math.imul(rotate(b, 17) + Math.imul(unit, 0x41c64e6d), 0x58f38ded);
    c = Math.imul(rotate(c, 7) ^ Math.imul(unit, 0x6a09e667), 0x7feb352d) + 1;
    d = Math.imul(rotate(d, 21) + Math.imul(unit, 0x1b873593), 0x2c1b3c6d) ^ at;
  }
  // Each lane ends up depending on all four.
  for (let round = 0; round < 2; round += 1) {
    a = scramble(a + b);
    b = scramble(b ^ rotate(c, 9));
    c = scramble(c + d);
    d = scramble(d ^ rotate(a, 5));
  }
  return hex(a) + hex(b) + hex(c) + hex(d);
}

function rotate(lane: number, bits: number): number {
  return (lane << bits) | (lane >>> (32 - bits));
}

function scramble(lane: number): number {
  let bits = Math.imul(lane ^ (lane >>> 16), 0x7feb352d);
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
  return bits ^ (bits >>> 16);
}

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, "0");
}

/**
 * How much of the text of {@link canonical} may be parts that stand in it before, in characters and a few more for each value.
 * Such parts are written out each time, and sixty lists of two say 2^60 values.
 */
const mostRepeated = 16_000_000;

/**
 * A text that is the same for equal values and differs for different ones, for every value that can be copied between tasks.
 * The order of an object's keys, and of the members of a Map or Set, makes no difference; -0 and 0 do differ.
 * A value that cannot be told by its content (a function, a Blob, one that is too large) is a FlowError; where one part is to
 * blame, it names the path to it.
 */
export function canonical(value: unknown): string {
  return write(
    value,
    { around: [], seen: new Set(), repeated: 0, left: mostRepeated },
    "",
  );
}

interface Writing {
  /** The objects that the value is inside of: one of them again is a circle, written as how far up it is. */
  around: object[];
  /** All objects so far. */
  seen: Set<object>;
  /** How many of those around stand elsewhere before. */
  repeated: number;
  /** How much may still be repeated. */
  left: number;
}

function write(value: unknown, writing: Writing, path: string): string {
  const { around, seen } = writing;
  if (writing.repeated > 0)
    pay(writing, 8 + (typeof value === "string" ? value.length : 0));
  switch (typeof value) {
    case "undefined":
      return "undefined";
    case "boolean":
      return String(value);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return `${value}n`;
    case "string":
      return JSON.stringify(value);
    case "object": {
      if (value === null) return "null";
      const up = around.lastIndexOf(value);
      if (up >= 0) return `^${around.length - up}`;
      const again = seen.has(value) ? 1 : 0;
      seen.add(value);
      around.push(value);
      writing.repeated += again;
      const text = writeObject(value, writing, path);
      writing.repeated -= again;
      around.pop();
      return text;
    }
    default:
      throw uncopyable(`a ${typeof value}`, path);
  }
}

function pay(writing: Writing, characters: number): void {
  writing.left -= characters;
  if (writing.left < 0) throw tooLarge();
}

function tooLarge(): FlowError {
  return new FlowError(
    "cannot-copy",
    "The value is too large to be told from others by its content. Pass on less of it, or what it is made from.",
  );
}

/** A key of a Map in a path; not every object can be made a text. */
function showKey(key: unknown): string {
  return Object(key) === key ? "…" : String(key);
}

function writeObject(value: object, writing: Writing, path: string): string {
  const inside = (item: unknown, key: string) =>
    write(item, writing, `${path}${key}`);
  if (Array.isArray(value) && value.length > longestList) throw tooLarge();
  if (Array.isArray(value))
    return `[${Array.from(value, (item: unknown, at) =>
      at in value ? inside(item, `[${at}]`) : "hole",
    ).join()}]`;
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof RegExp) return `RegExp(${value})`;
  if (value instanceof Map) {
    const entries = Array.from(
      value as Map<unknown, unknown>,
      ([key, item]) =>
        `${inside(key, " (a key)")}:${inside(item, `.get(${showKey(key)})`)}`,
    );
    return `Map{${entries.sort().join()}}`;
  }
  if (value instanceof Set) {
    const members = Array.from(value as Set<unknown>, (item) =>
      inside(item, " (a member)"),
    );
    return `Set{${members.sort().join()}}`;
  }
  if (
    writing.repeated > 0 &&
    (value instanceof ArrayBuffer || ArrayBuffer.isView(value))
  )
    pay(writing, 2 * value.byteLength);
  if (ArrayBuffer.isView(value))
    return `${value.constructor.name}(${bytes(
      new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
    )})`;
  if (value instanceof ArrayBuffer)
    return `ArrayBuffer(${bytes(new Uint8Array(value))})`;
  if (value instanceof Error)
    return `Error(${JSON.stringify([value.name, value.message])}${
      value.cause === undefined ? "" : `,${inside(value.cause, ".cause")}`
    })`;
  if (
    value instanceof Number ||
    value instanceof String ||
    value instanceof Boolean ||
    value instanceof BigInt
  )
    return `Object(${write(value.valueOf(), writing, path)})`;
  // Platform objects such as a Blob keep their content elsewhere; a class of the notebook's has a tag of plain objects.
  const tag = Object.prototype.toString.call(value);
  if (tag !== "[object Object]" && !Object.hasOwn(value, Symbol.toStringTag))
    throw uncopyable(tag.slice("[object ".length, -1), path);
  const record = value as Record<string, unknown>;
  const names = Object.keys(record);
  if (writing.repeated > 0) for (const name of names) pay(writing, name.length);
  return `{${names
    .sort()
    .map((key) => `${JSON.stringify(key)}:${inside(record[key], `.${key}`)}`)
    .join()}}`;
}

function bytes(data: Uint8Array): string {
  let text = "";
  for (const byte of data) text += byte.toString(16).padStart(2, "0");
  return text;
}

function uncopyable(what: string, path: string): FlowError {
  return new FlowError(
    "cannot-copy",
    `${path ? `\`value${path}\`` : "The value"} is ${what}, which has no content to go by. Pass on what it holds instead: text, numbers, lists, objects, bytes.`,
  );
}

/** A number from 0 up to 1 that looks like chance and is always the same for the same numbers. */
export function chance(...numbers: readonly number[]): number {
  let bits = 0x9e3779b9;
  for (const number of numbers)
    bits = scramble(Math.imul(bits, 0x85ebca6b) + Math.trunc(number));
  return (bits >>> 0) / 2 ** 32;
}
