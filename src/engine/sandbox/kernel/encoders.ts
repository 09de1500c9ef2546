import type { SqlValue } from "../../protocol.ts";
import {
  largestBuffer,
  narrowBigint,
  putText,
  type RecordWriter,
  roomForBytes,
  roomForText,
} from "../../records/recordWriter.ts";
import { SpareBuffers } from "../../records/spareBuffers.ts";
import {
  serialOfText,
  sizeOfVarint,
  writeVarint,
} from "../../records/serialTypes.ts";
import {
  type EncodedField,
  type EncoderForm,
  encoderCalls,
  encoderSource,
  mostEncodedFields,
} from "./encoderSource.ts";
import { longestIsoDate, putIsoDate } from "./isoDate.ts";

/** Adds what is given from `row` to before `end` until the writer is full; gives the first row that it did not add. */
type Encoder<Given> = (
  writer: RecordWriter,
  given: Given,
  row: number,
  end: number,
) => number;

/** Adds rows of one shape; it stops at one that is of another. */
export type RowsEncoder = Encoder<readonly unknown[]>;

export type ColumnsEncoder = Encoder<readonly ArrayLike<unknown>[]>;

/** Makes the value of an expression that is given as text. */
export type Evaluate = (expression: string) => unknown;

const calls: Record<(typeof encoderCalls)[number], unknown> = {
  putText,
  putOther,
  roomForText,
  writeVarint,
  sizeOfVarint,
};

const mostKept = 40;

/** The encoders of a worker, which are kept, as one gets fast only when it has run; and the buffers that they write into. */
export class Encoders {
  readonly buffers = new SpareBuffers(largestBuffer);
  readonly #evaluate: Evaluate;
  readonly #kept = new Map<string, unknown>();

  constructor(evaluate: Evaluate) {
    this.#evaluate = evaluate;
  }

  forRows(fields: readonly EncodedField[]): RowsEncoder | undefined {
    return this.#find(fields, "rows") as RowsEncoder | undefined;
  }

  forColumns(fields: readonly EncodedField[]): ColumnsEncoder | undefined {
    return this.#find(fields, "columns") as ColumnsEncoder | undefined;
  }

  /** Undefined if there can be none: rows are added by `RecordWriter.add` then. */
  #find(fields: readonly EncodedField[], form: EncoderForm): unknown {
    if (fields.length === 0 || fields.length > mostEncodedFields)
      return undefined;
    const key = JSON.stringify([form, fields]);
    const kept = this.#kept.get(key);
    if (kept) return kept;
    let made: unknown;
    try {
      const make = this.#evaluate(encoderSource(fields, form)) as (
        ...given: unknown[]
      ) => unknown;
      made = make(...encoderCalls.map((name) => calls[name]));
    } catch {
      return undefined;
    }
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= mostKept) this.#kept.delete(oldest!);
    this.#kept.set(key, made);
    return made;
  }
}

/**
 * Writes a value that is neither number, boolean, text nor null, and leaves so much room behind it; gives the offset behind it, and notes
 * its serial type. Of a date no text is made.
 */
function putOther(
  writer: RecordWriter,
  at: number,
  value: unknown,
  column: string,
  room: number,
): number {
  const time = value instanceof Date ? value.getTime() : NaN;
  if (time === time) {
    writer.grow(at, longestIsoDate + room);
    const end = putIsoDate(writer.bytes, at, time);
    writer.serial = serialOfText(end - at);
    return end;
  }
  const stored: SqlValue =
    typeof value === "bigint"
      ? narrowBigint(value)
      : (writer.convert(value, column) ?? null);
  writer.grow(at, roomForBytes(stored) + room);
  const serial = writer.serialOf(stored);
  const end = writer.put(at, stored, serial);
  writer.serial = typeof stored === "string" ? serialOfText(end - at) : serial;
  return end;
}
