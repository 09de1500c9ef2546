/**
 * The order of values as SQLite has it without a collation: NULL, numbers, texts by their bytes, bytes.
 *
 * Values are sorted by words of 32 bits that are in the same order, from the last word to the first, each digit by digit: no step
 * compares two values. https://sqlite.org/datatype3.html#sort_order
 */
import { serialDouble, sizeOfSerial } from "../../records/serialTypes.ts";
import { readInteger, readLow, type KeyColumn } from "./keyColumn.ts";

const digitBits = 11;
const digits = 1 << digitBits;
/** Of fewer values, each is compared with the others. */
const fewValues = 500;

/** Places from 0 on in the order of what was sorted by, and that in the same order. */
export interface Sorted {
  places: Uint32Array;
  words: Uint32Array[];
}

/**
 * Sorts places by their words, of which the first counts most; what has equal ones stays in order. The words are moved along with
 * the places: to look each of them up where it was takes longer, as memory is read from all over. They are of no use after.
 */
export function sortByWords(given: readonly Uint32Array[]): Sorted {
  const count = given[0]!.length;
  const words = [...given];
  let places: Uint32Array | undefined;
  const targets = new Uint32Array(count);
  let spare: Uint32Array = new Uint32Array(count);
  const differences = words.map((one) => differingBits(one));
  for (let word = words.length - 1; word >= 0; word -= 1) {
    const differing = differences[word]!;
    for (let shift = 0; shift < 32; shift += digitBits) {
      if (((differing >>> shift) & (digits - 1)) === 0) continue;
      findTargets(words[word]!, shift, targets);
      for (const [at, from] of words.entries()) {
        if (differences[at] === 0) continue;
        move(from, spare, targets);
        words[at] = spare;
        spare = from;
      }
      if (places) {
        move(places, spare, targets);
        [places, spare] = [spare, places];
      } else {
        places = new Uint32Array(count);
        for (let at = 0; at < count; at += 1) places[targets[at]!] = at;
      }
    }
  }
  return { places: places ?? targets.map((_, at) => at), words };
}

function differingBits(words: Uint32Array): number {
  const first = words[0] ?? 0;
  let differing = 0;
  for (let at = 0; at < words.length; at += 1) differing |= words[at]! ^ first;
  return differing;
}

/** Finds where each word goes by one digit. */
function findTargets(
  words: Uint32Array,
  shift: number,
  targets: Uint32Array,
): void {
  const next = new Uint32Array(digits);
  const count = words.length;
  for (let at = 0; at < count; at += 1)
    next[(words[at]! >>> shift) & (digits - 1)]! += 1;
  let sum = 0;
  for (let digit = 0; digit < digits; digit += 1) {
    const here = next[digit]!;
    next[digit] = sum;
    sum += here;
  }
  for (let at = 0; at < count; at += 1)
    targets[at] = next[(words[at]! >>> shift) & (digits - 1)]!++;
}

function move(from: Uint32Array, to: Uint32Array, targets: Uint32Array): void {
  for (let at = 0; at < from.length; at += 1) to[targets[at]!] = from[at]!;
}

/** Where each value of a column stands among them. */
export interface Ranks {
  /** By the number of a value; equal ones have the same. */
  ranks: Uint32Array;
  /** How many different ones there are. */
  count: number;
}

export function rankValues(column: KeyColumn): Ranks {
  const ranks = new Uint32Array(column.count);
  const [nulls, numbers, texts, blobs] = byClass(column);
  let count = nulls!.length > 0 ? 1 : 0;
  count = rankNumbers(column, numbers!, ranks, count);
  for (const ids of [texts!, blobs!])
    count = rankBytes(column, ids, 0, ranks, count);
  return { ranks, count };
}

/** The numbers of the values that are NULL, numbers, texts and bytes. */
function byClass({ serials, count }: KeyColumn): Uint32Array[] {
  const sizes = [0, 0, 0, 0];
  for (let id = 0; id < count; id += 1) sizes[classOf(serials[id]!)]! += 1;
  const classes = sizes.map((size) => new Uint32Array(size));
  const ends = [0, 0, 0, 0];
  for (let id = 0; id < count; id += 1) {
    const of = classOf(serials[id]!);
    classes[of]![ends[of]!++] = id;
  }
  return classes;
}

function classOf(serial: number): number {
  if (serial >= 12) return serial & 1 ? 2 : 3;
  return serial === 0 ? 0 : 1;
}

const double = new DataView(new ArrayBuffer(8));

function rankNumbers(
  column: KeyColumn,
  ids: Uint32Array,
  ranks: Uint32Array,
  first: number,
): number {
  const count = ids.length;
  const high = new Uint32Array(count);
  const low = new Uint32Array(count);
  const rest = new Uint32Array(count);
  const { bytes, serials, starts } = column;
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < count; at += 1) {
    const serial = serials[ids[at]!]!;
    const start = starts[ids[at]!]!;
    let value: number;
    if (serial >= 8) value = serial - 8;
    // Zero is zero, whatever its sign.
    else if (serial === serialDouble) value = view.getFloat64(start) || 0;
    else {
      value = readInteger(bytes, start, serial);
      // What a number of 64 bits is more than the double that is next to it.
      if (!Number.isSafeInteger(value))
        rest[at] =
          (readInteger(bytes, start, 4) * 0x100000000 -
            value +
            readLow(bytes, start + 4)) |
          0;
    }
    rest[at] = rest[at]! ^ 0x80000000;
    double.setFloat64(0, value);
    const sign = double.getInt32(0) >> 31;
    high[at] = double.getUint32(0) ^ (sign | 0x80000000);
    low[at] = double.getUint32(4) ^ sign;
  }
  const { places, words } = sortByWords([high, low, rest]);
  let rank = first - 1;
  for (let at = 0; at < count; at += 1) {
    if (at === 0 || !isSame(words, at - 1, at)) rank += 1;
    ranks[ids[places[at]!]!] = rank;
  }
  return rank + 1;
}

/** Ranks values that are equal in their first `depth` bytes; sorts their numbers by the way. */
function rankBytes(
  column: KeyColumn,
  ids: Uint32Array,
  depth: number,
  ranks: Uint32Array,
  first: number,
): number {
  const count = ids.length;
  if (count < fewValues) return rankFew(column, ids, depth, ranks, first);
  const high = new Uint32Array(count);
  const low = new Uint32Array(count);
  /** How many bytes there are for these words; of a text that is shorter the rest is zero. */
  const sizes = new Uint32Array(count);
  const { bytes, serials, starts } = column;
  for (let at = 0; at < count; at += 1) {
    const id = ids[at]!;
    const from = starts[id]! + depth;
    const size = Math.min(8, sizeOfSerial(serials[id]!) - depth);
    sizes[at] = size;
    if (size === 8) {
      high[at] = readLow(bytes, from);
      low[at] = readLow(bytes, from + 4);
      continue;
    }
    for (let byte = 0; byte < size; byte += 1)
      if (byte < 4) high[at]! |= bytes[from + byte]! << (24 - byte * 8);
      else low[at]! |= bytes[from + byte]! << (56 - byte * 8);
  }
  const { places, words } = sortByWords([high, low, sizes]);
  ids.set(places.map((at) => ids[at]!));
  let rank = first;
  for (let from = 0; from < count;) {
    let to = from + 1;
    while (to < count && isSame(words, from, to)) to += 1;
    // The others are equal, or alone.
    if (to - from > 1 && words[2]![from] === 8)
      rank = rankBytes(column, ids.subarray(from, to), depth + 8, ranks, rank);
    else {
      for (let equal = from; equal < to; equal += 1) ranks[ids[equal]!] = rank;
      rank += 1;
    }
    from = to;
  }
  return rank;
}

function isSame(
  words: readonly Uint32Array[],
  one: number,
  other: number,
): boolean {
  for (let word = 0; word < words.length; word += 1)
    if (words[word]![one] !== words[word]![other]) return false;
  return true;
}

function rankFew(
  column: KeyColumn,
  ids: Uint32Array,
  depth: number,
  ranks: Uint32Array,
  first: number,
): number {
  if (ids.length > 1)
    ids.sort((a, b) => compareBytes(column, a, b, depth) || a - b);
  let rank = first - 1;
  for (const [at, id] of ids.entries()) {
    if (at === 0 || compareBytes(column, ids[at - 1]!, id, depth) !== 0)
      rank += 1;
    ranks[id] = rank;
  }
  return rank + 1;
}

function compareBytes(
  { bytes, serials, starts }: KeyColumn,
  one: number,
  other: number,
  depth: number,
): number {
  const sizes = serials[one]! - serials[other]!;
  const size = sizeOfSerial(serials[sizes < 0 ? one : other]!);
  const first = starts[one]!;
  const second = starts[other]!;
  for (let byte = depth; byte < size; byte += 1) {
    const difference = bytes[first + byte]! - bytes[second + byte]!;
    if (difference !== 0) return difference;
  }
  return sizes;
}
