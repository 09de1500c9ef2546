import {
  narrowBigint,
  putText,
  type RecordWriter,
  roomForBytes,
  roomForText,
} from "../../records/recordWriter.ts";
import { sizeOfVarint, writeVarint } from "../../records/serialTypes.ts";
import {
  type EncodedField,
  type EncoderForm,
  encoderCalls,
  encoderSource,
  mostEncodedFields,
} from "./encoderSource.ts";
import { putIsoDate } from "./isoDate.ts";

/** Adds a row; false if it is not of the shape that the encoder is for. */
export type RowEncoder = (writer: RecordWriter, row: unknown) => boolean;

/** Adds rows from `row` to before `end` until the writer is full; gives the first that it did not add. */
export type ColumnsEncoder = (
  writer: RecordWriter,
  columns: readonly ArrayLike<unknown>[],
  row: number,
  end: number,
) => number;

/** Makes the value of an expression that is given as text. */
export type Evaluate = (expression: string) => unknown;

const calls: Record<(typeof encoderCalls)[number], unknown> = {
  putText,
  roomForText,
  roomForBytes,
  writeVarint,
  sizeOfVarint,
  narrowBigint,
  putIsoDate,
};

const mostKept = 40;

/** The encoders of a worker. They are kept, as one gets fast only when it has run. */
export class Encoders {
  readonly #evaluate: Evaluate;
  readonly #kept = new Map<string, unknown>();

  constructor(evaluate: Evaluate) {
    this.#evaluate = evaluate;
  }

  forRows(fields: readonly EncodedField[]): RowEncoder | undefined {
    return this.#find(fields, "row") as RowEncoder | undefined;
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
