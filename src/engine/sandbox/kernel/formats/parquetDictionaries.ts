/**
 * Columns of Parquet whose values are stored once each, in a dictionary, with the place in it for every row. The library makes a
 * list of the values of all rows; whoever encodes them does so once for a value, and needs the places only.
 *
 * All that is unusual, and what is damaged, is left to the library.
 */
import type {
  AsyncBuffer,
  ColumnMetaData,
  Compressors,
  ParquetParsers,
  RowGroup,
  SchemaTree,
} from "hyparquet";
import { parquetHeader, readPage } from "hyparquet/src/column.js";
import { convert, DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { decompressPage } from "hyparquet/src/datapage.js";
import { readBitPacked } from "./bitPacked.ts";
import type { DictionaryColumn } from "./columnRecords.ts";
import type { Convert } from "./parquetDecimals.ts";

/** How to read one. */
export interface DictionaryReading {
  file: AsyncBuffer;
  compressors?: Compressors;
  parsers: Partial<ParquetParsers>;
  utf8: boolean;
}

/**
 * Reads a column of a row group, of which `convert` makes the values what they stand for; undefined if not all of it is stored so.
 * It must have no columns within it, nor lists.
 */
export async function readDictionaryColumn(
  { file, compressors, parsers, utf8 }: DictionaryReading,
  group: RowGroup,
  column: SchemaTree,
  toPlain: Convert | undefined,
): Promise<DictionaryColumn | undefined> {
  const [chunk, ...others] = group.columns.filter(
    ({ meta_data }) => meta_data?.path_in_schema[0] === column.element.name,
  );
  const stored = chunk?.meta_data;
  if (!stored || chunk.file_path || others.length > 0) return undefined;
  if (!stored.encodings.some(isByPlace)) return undefined;
  const { start, end } = rangeOf(stored);
  const bytes = await file.slice(start, end);
  const decoder: ColumnDecoder = {
    pathInSchema: stored.path_in_schema,
    element: column.element,
    schemaPath: [column],
    type: stored.type,
    codec: stored.codec,
    parsers: { ...DEFAULT_PARSERS, ...parsers },
    utf8,
    ...(compressors ? { compressors } : {}),
  };
  try {
    const rows = Number(group.num_rows);
    const read = readChunk(new DataView(bytes), rows, decoder);
    if (!read) return undefined;
    const values = Array.from(read.values, (value) =>
      toPlain ? toPlain(value) : value,
    );
    if (!values.every(isEncodable)) return undefined;
    // The place of no value is behind the others.
    return { values: [...values, null], places: read.places };
  } catch {
    return undefined;
  }
}

/** Where a column of a row group is in the file. */
export function rangeOf(stored: ColumnMetaData) {
  const { dictionary_page_offset, data_page_offset } = stored;
  const start = Number(dictionary_page_offset || data_page_offset);
  return { start, end: start + Number(stored.total_compressed_size) };
}

/** Whether a value is what SQLite stores, or a date: in a dictionary there may be others that no row has. */
function isEncodable(value: unknown): boolean {
  if (value instanceof Date) return !Number.isNaN(value.getTime());
  return (
    ["number", "bigint", "string", "undefined"].includes(typeof value) ||
    value === null ||
    value instanceof Uint8Array
  );
}

type ColumnDecoder = Parameters<typeof readPage>[2];

interface Page {
  rows: number;
  /** Whether a row may have no value. */
  levels: Uint8Array | undefined;
  /** The width of the places, and these. */
  content: Uint8Array;
}

function readChunk(
  view: DataView,
  rows: number,
  decoder: ColumnDecoder,
): DictionaryColumn | undefined {
  const reader = { view, offset: 0 };
  let values: ArrayLike<unknown> | undefined;
  const pages: (() => Page)[] = [];
  let paged = 0;
  while (paged < rows) {
    const header = parquetHeader(reader);
    if (header.type === "DICTIONARY_PAGE") {
      if (values || pages.length > 0) return undefined;
      const { data } = readPage(
        reader,
        header,
        decoder,
        undefined,
        undefined,
        0,
      );
      values = convert(data!, decoder);
      continue;
    }
    const found = findPage(reader, header, decoder);
    if (!values || !found) return undefined;
    pages.push(found.read);
    paged += found.rows;
  }
  if (!values || paged !== rows) return undefined;
  const places = new Uint32Array(rows);
  let from = 0;
  for (const read of pages) {
    const page = read();
    const to = from + page.rows;
    readPlaces(page, values.length, places.subarray(from, to));
    from = to;
  }
  return { values, places };
}

type Header = ReturnType<typeof parquetHeader>;

/** The page behind a header, which is unpacked when it is read; undefined if it has other things than places. */
function findPage(
  reader: { view: DataView; offset: number },
  header: Header,
  { element, codec, compressors }: ColumnDecoder,
): { rows: number; read(): Page } | undefined {
  const { view } = reader;
  const { data_page_header: v1, data_page_header_v2: v2 } = header;
  const packed = new Uint8Array(
    view.buffer,
    view.byteOffset + reader.offset,
    header.compressed_page_size,
  );
  reader.offset += header.compressed_page_size;
  const isOptional = element.repetition_type === "OPTIONAL";
  const size = header.uncompressed_page_size;
  if (header.type === "DATA_PAGE" && v1) {
    const isPlain = v1.definition_level_encoding === "RLE" || !isOptional;
    if (!isPlain || !isByPlace(v1.encoding)) return undefined;
    const rows = v1.num_values;
    return {
      rows,
      read() {
        const bytes = decompressPage(packed, size, codec, compressors);
        if (!isOptional) return { rows, levels: undefined, content: bytes };
        const length = new DataView(
          bytes.buffer,
          bytes.byteOffset,
          bytes.byteLength,
        ).getUint32(0, true);
        return {
          rows,
          levels: bytes.subarray(4, 4 + length),
          content: bytes.subarray(4 + length),
        };
      },
    };
  }
  if (header.type !== "DATA_PAGE_V2" || !v2 || !isByPlace(v2.encoding))
    return undefined;
  const before = v2.definition_levels_byte_length;
  if (v2.repetition_levels_byte_length !== 0 || v2.num_values !== v2.num_rows)
    return undefined;
  return {
    rows: v2.num_rows,
    read() {
      const rest = packed.subarray(before);
      return {
        rows: v2.num_rows,
        levels: isOptional ? packed.subarray(0, before) : undefined,
        content:
          v2.is_compressed === false
            ? rest
            : decompressPage(rest, size - before, codec, compressors),
      };
    },
  };
}

/** Whether values are stored as their places in the dictionary. */
function isByPlace(encoding: string | undefined): boolean {
  return encoding?.endsWith("_DICTIONARY") === true;
}

/** Reads the places of a page among so many values; behind these is that of a row without one. */
function readPlaces(
  { levels, content }: Page,
  count: number,
  target: Uint32Array,
): void {
  const rows = target.length;
  let given = rows;
  const isGiven = levels && new Uint32Array(rows);
  if (isGiven) {
    readBitPacked(levels, 1, isGiven);
    given = 0;
    for (let row = 0; row < rows; row += 1) given += isGiven[row]!;
  }
  const places = target.subarray(0, given);
  const [width] = content;
  if (width === undefined) throw new Error("The page says no width.");
  // A dictionary of one value needs no places.
  if (given > 0 && width > 0) readBitPacked(content.subarray(1), width, places);
  let most = -1;
  for (let row = 0; row < given; row += 1)
    if (places[row]! > most) most = places[row]!;
  if (most >= count) throw new Error("The dictionary has fewer values.");
  if (!isGiven || given === rows) return;
  // From the end on, no place is written over before it has been read.
  for (let row = rows - 1, next = given - 1; row >= 0; row -= 1)
    target[row] = isGiven[row] === 0 ? count : places[next--]!;
}
