import type { SqlValue } from "../../../protocol.ts";
import {
  narrowBigint,
  RecordWriter,
  roomForBytes,
} from "../../../records/recordWriter.ts";
import { serialOfText } from "../../../records/serialTypes.ts";
import { longestIsoDate, putIsoDate } from "../isoDate.ts";

/** Behind the bytes of a value there are so many that may be read too. */
export const slack = 4;

/** What is stored of a value that is none of SQLite's; `index` is its place in the list. */
export type ConvertValue = (value: unknown, index: number) => SqlValue;

/** Values as SQLite writes them into a record: serial types, and bytes behind each other. */
export class EncodedValues {
  serials = new Uint32Array(0);
  /** Where the bytes of each value begin, and those of the last one end. */
  starts = new Uint32Array(1);
  readonly #writer = new RecordWriter();

  get bytes(): Uint8Array {
    return this.#writer.bytes;
  }

  get view(): DataView {
    return this.#writer.view;
  }

  /**
   * Encodes values from one to before another, in the place of what was encoded before; once there are `most` bytes, no more of
   * them. Gives the first value that it did not encode.
   */
  encode(
    values: ArrayLike<unknown>,
    from: number,
    to: number,
    most: number,
    convert: ConvertValue,
  ): number {
    if (this.serials.length < to - from) {
      this.serials = new Uint32Array(to - from);
      this.starts = new Uint32Array(to - from + 1);
    }
    const { serials, starts } = this;
    const writer = this.#writer;
    let at = 0;
    let index = from;
    for (; index < to && at < most; index += 1) {
      const value = values[index];
      let serial = 0;
      writer.grow(at, longestIsoDate + slack);
      if (typeof value === "number") {
        serial = writer.serialOf(value);
        at = writer.putNumber(at, value, serial);
      } else if (value !== null && value !== undefined) {
        const begin = at;
        const time = value instanceof Date ? value.getTime() : NaN;
        if (time === time) {
          at = putIsoDate(writer.bytes, at, time);
          serial = serialOfText(at - begin);
        } else {
          const stored = storedOf(value, index, convert);
          writer.grow(at, roomForBytes(stored) + slack);
          serial = writer.serialOf(stored);
          at = writer.put(at, stored, serial);
          if (typeof stored === "string") serial = serialOfText(at - begin);
        }
      }
      serials[index - from] = serial;
      starts[index - from + 1] = at;
    }
    return index;
  }
}

function storedOf(
  value: unknown,
  index: number,
  convert: ConvertValue,
): SqlValue {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  return typeof value === "bigint"
    ? narrowBigint(value)
    : convert(value, index);
}
