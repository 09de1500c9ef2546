/**
 * CSV from its bytes to the records of a load, of the types that all values of a column have.
 *
 * Types are found out on the way. Where a later value speaks against what was written before, the rest is read for the types
 * alone, and the records are given from the beginning once more. A file with something in it that takes more care is given
 * as columns of its text instead (csvGroups.ts).
 */
import { concatBytes } from "../../../../core/concatBytes.ts";
import type { RecordWriter } from "../../../records/recordWriter.ts";
import type {
  ColumnGroup,
  DeclaredTypes,
  RecordSource,
  Restart,
} from "../rowStream.ts";
import type { ToldSource } from "./badLines.ts";
import type { ColumnType } from "./csvColumns.ts";
import { findDialect, sampleLength } from "./csvDialect.ts";
import { type CsvBytes, CsvEncoder, isByteDialect } from "./csvEncoder.ts";
import { streamCsvColumns } from "./csvGroups.ts";
import { readHeader } from "./csvHeader.ts";
import { areByteNulls } from "./csvNulls.ts";
import type { CsvOptions } from "./csvOptions.ts";
import { delimiterLine, type Dialect, RecordScanner } from "./csvRecords.ts";
import { plainMarks } from "./numberMarks.ts";
import { refuseOther } from "./otherContent.ts";
import { startOfLine } from "./skipLines.ts";
import { findUtf16 } from "./slices.ts";

/** A file that can be read again. */
export interface CsvFile {
  isUtf8: boolean;
  bytes(): AsyncIterable<Uint8Array>;
  text(): AsyncIterable<string>;
}

/** The rows of `readCsv` for a load. After "restart" come all of them again. */
export async function* encodeCsv(
  { isUtf8, bytes: open, text }: CsvFile,
  options: CsvOptions,
  source: ToldSource,
): AsyncGenerator<RecordSource | ColumnGroup | Restart> {
  let reading: CsvReading | undefined;
  let isBegun = false;
  // Marks in numbers take more care than bytes are read with, and so do escapes.
  const isPlain = options.marks === plainMarks && options.escape === undefined;
  while (isUtf8 && isPlain) {
    for await (const bytes of wholePieces(open(), () => reading?.rest)) {
      reading ??= beginReading(bytes, options, source);
      if (!reading) break;
      reading.take(bytes);
      yield reading;
      isBegun = true;
      if (reading.isOdd) break;
    }
    if (!reading || reading.isOdd) break;
    if (!reading.isStale) return;
    yield "restart";
    reading = reading.again();
  }
  if (isBegun) yield "restart";
  yield* streamCsvColumns(text, options, source);
}

/** Bytes to read, and how many at their beginning are the end of what was there before. */
type Piece = Omit<CsvBytes, "at">;

/** The pieces, each behind what is left of the one before, and there until the next; it is known of each whether it is the last. */
async function* wholePieces(
  pieces: AsyncIterable<Uint8Array>,
  rest: () => Uint8Array | undefined,
): AsyncGenerator<Piece> {
  let last: Uint8Array | undefined;
  const line = new PieceLine();
  const whole = (isLast: boolean) => ({
    bytes: line.put(rest(), last!),
    isLast,
  });
  for await (const piece of pieces) {
    if (last && last.length < sampleLength) last = concatBytes([last, piece]);
    else {
      if (last) yield whole(false);
      last = piece;
    }
  }
  if (last) yield whole(true);
}

/** Puts what is left of one piece before the next, in memory that is used again: new memory takes longer than the copying. */
class PieceLine {
  #bytes = new Uint8Array();

  /** `rest` may be what was put last, or a part of it. */
  put(rest: Uint8Array | undefined, piece: Uint8Array): Uint8Array {
    if (!rest?.length) return piece;
    const size = rest.length + piece.length;
    let bytes = this.#bytes;
    if (bytes.length < size) bytes = new Uint8Array(size + sampleLength);
    bytes.set(rest);
    bytes.set(piece, rest.length);
    this.#bytes = bytes;
    return bytes.subarray(0, size);
  }
}

/** Looks at the beginning of a file; undefined if it is better read as text. */
function beginReading(
  { bytes, isLast }: Piece,
  options: CsvOptions,
  source: ToldSource,
): CsvReading | undefined {
  if (findUtf16(bytes)) return undefined;
  const skipped = startOfLine(
    Math.min(bytes.length, sampleLength),
    (at) => bytes[at]!,
    options.skip,
  );
  if (skipped === undefined) return undefined;
  const begin =
    skipped === 0 && startsWithMark(bytes) ? byteOrderMark.length : skipped;
  const isAll = isLast && bytes.length - begin <= sampleLength;
  const text = new TextDecoder().decode(
    bytes.subarray(begin, begin + sampleLength),
    { stream: !isAll },
  );
  refuseOther(text, isAll, source);
  const { nulls } = options;
  const dialect = findDialect(text, isAll, options);
  const isByByte = isByteDialect(dialect) && areByteNulls(nulls, dialect);
  if (!isByByte || delimiterLine.test(text)) return undefined;
  const scanner = new RecordScanner(dialect, options.skip + 1);
  const { records, lines, bad } = scanner.push(text, isAll);
  if (bad.length > 0 || records.length === 0) return undefined;
  const { names, declared, isFirst } = readHeader(
    { records, lines },
    options,
    source,
  );
  if (names.length === 0) return undefined;
  const types = declared.map((type) => type ?? "empty");
  const header = isFirst ? records[0]!.length : 0;
  return new CsvReading(begin, names, header, types, {
    dialect,
    nulls,
    declared: options.types,
  });
}

/** How a file is written. */
interface CsvWriting {
  dialect: Dialect;
  nulls: ReadonlySet<string>;
  declared: DeclaredTypes;
}

/** One reading of a file: its bytes come piece by piece, and their records go from there to whoever asks for them. */
class CsvReading implements RecordSource {
  readonly names: readonly string[];
  readonly types: DeclaredTypes;
  /** Where the first line that counts begins. */
  readonly #begin: number;
  /** Fields of the first record if it is the header, or 0. */
  readonly #header: number;
  #isBelowHeader = false;
  readonly #writing: CsvWriting;
  readonly #encoder: CsvEncoder;
  #source: CsvBytes | undefined;
  #hasGiven = false;
  /** Whether what was given has other types than it should have. From then on nothing is given. */
  isStale = false;

  constructor(
    begin: number,
    names: readonly string[],
    header: number,
    types: readonly ColumnType[],
    writing: CsvWriting,
  ) {
    this.#begin = begin;
    this.names = names;
    this.types = writing.declared;
    this.#header = header;
    this.#writing = writing;
    this.#encoder = new CsvEncoder(writing.dialect, types, writing.nulls);
  }

  /** Whether the file has something in it that takes more care. */
  get isOdd(): boolean {
    return this.#encoder.isOdd;
  }

  /** What is left of the bytes: the beginning of a record. */
  get rest(): Uint8Array | undefined {
    return this.#source?.bytes.subarray(this.#source.at);
  }

  take({ bytes, isLast }: Piece): void {
    const at = this.#source ? 0 : this.#begin;
    this.#source = { bytes, at, isLast };
  }

  addTo(writer: RecordWriter): boolean {
    const source = this.#source!;
    const encoder = this.#encoder;
    if (!this.#isBelowHeader) this.#skipHeader(writer, source);
    const begin = source.at;
    const mark = writer.mark;
    encoder.encode(writer, source);
    if (encoder.hasChanged || this.isStale) {
      // On to the end, for whatever else changes.
      while (writer.isFull) {
        writer.takeBack(mark);
        encoder.encode(writer, source);
      }
      writer.takeBack(mark);
      this.isStale ||= this.#hasGiven;
      encoder.hasChanged = false;
      if (this.isStale || encoder.isOdd) return false;
      source.at = begin;
      encoder.encode(writer, source);
    }
    this.#hasGiven ||= writer.rows > mark.rows;
    return writer.isFull && source.at < source.bytes.length;
  }

  /** The same file from the beginning, of the types that were found. */
  again(): CsvReading {
    const { types } = this.#encoder;
    return new CsvReading(
      this.#begin,
      this.names,
      this.#header,
      types,
      this.#writing,
    );
  }

  #skipHeader(writer: RecordWriter, source: CsvBytes): void {
    this.#isBelowHeader = true;
    if (this.#header === 0) return;
    const types = new Array<ColumnType>(this.#header).fill("text");
    const mark = writer.mark;
    new CsvEncoder(this.#writing.dialect, types).encode(writer, source, 1);
    writer.takeBack(mark);
  }
}

const byteOrderMark = [0xef, 0xbb, 0xbf];

function startsWithMark(bytes: Uint8Array): boolean {
  return byteOrderMark.every((byte, index) => bytes[index] === byte);
}
