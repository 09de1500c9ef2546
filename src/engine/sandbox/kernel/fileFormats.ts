import { FlowError } from "../../../core/errors.ts";
import { showValue } from "../../../core/words.ts";
import type { Current } from "./current.ts";
import type { RemoteFile } from "./formats/remoteFile.ts";
import type { SlicedFile } from "./formats/slicedFile.ts";
import { csvOptionNames } from "./formats/csvOptionNames.ts";
import { mayHoldLong } from "./formats/parseJson.ts";
import { encodingOption, type Options, textOption } from "./readerOptions.ts";
import type { FormatLibrary } from "../../protocol.ts";
import type { FormatLibraries } from "./formats.ts";
import type { Job } from "./job.ts";
import type { Restart, RowGroup } from "./rowStream.ts";
import { sourceColumns } from "./rowTypes.ts";
import {
  type FileSource,
  type Source,
  unpack,
  unpackedFile,
  unpackedText,
  wholeText,
} from "./sources.ts";

/** For whom a file is read. */
export interface Reading {
  current: Current;
  job: Job;
}

const textOptions = ["encoding", "entry"];
const lineOptions = ["badLines", ...textOptions];
const parquetOptions = [
  "columns",
  "rowStart",
  "rowEnd",
  "filter",
  "binaryAsText",
  "entry",
];

/** How to read a file in a format. */
export interface FileFormat {
  options: readonly string[];
  read(
    reading: Reading,
    source: FileSource,
    options: Options,
  ): Promise<unknown>;
  /** Reads a file on a server of which only parts are wanted. */
  readRemote?(
    reading: Reading,
    file: RemoteFile,
    options: Options,
  ): Promise<unknown>;
}

/** The formats by the last part of the names of their readers: `Csv` is what readCsv and fetchCsv read. */
export const fileFormats: Readonly<Record<string, FileFormat>> = {
  Text: {
    options: textOptions,
    read: (reading, source, options) =>
      wholeText(reading, source, unpackingOf(options)),
  },
  Bytes: {
    options: [],
    read: async (_, { blob }) => new Uint8Array(await blob.arrayBuffer()),
  },
  Json: {
    options: textOptions,
    read: async (reading, source, options) => {
      const text = await wholeText(reading, source, unpackingOf(options));
      const parse = mayHoldLong(text)
        ? (await libraryOf(reading, "json")).parseJson
        : JSON.parse;
      return parseJson(text, source.name, parse);
    },
  },
  Csv: {
    options: [...csvOptionNames, "entry"],
    async read(reading, source, options) {
      const { csv, text, checked, told } = await openCsv(
        reading,
        source,
        options,
      );
      const { rows, names } = await csv.readCsv(text, checked, told);
      sourceColumns.set(rows, { names, types: checked.types });
      return rows;
    },
  },
  Ndjson: {
    options: lineOptions,
    async read(reading, source, options) {
      const json = await libraryOf(reading, "json");
      const text = unpackedText(reading, source, unpackingOf(options));
      return json.readNdjson(text, options, toldOf(reading, source));
    },
  },
  GeoJson: {
    options: textOptions,
    async read(reading, source, options) {
      const json = await libraryOf(reading, "json");
      const text = await wholeText(reading, source, unpackingOf(options));
      return json.readGeoJson(text, source.name);
    },
  },
  HtmlTable: {
    options: ["table", "header", "decimal", "thousands", ...textOptions],
    async read(reading, source, options) {
      const html = await libraryOf(reading, "html");
      const text = await wholeText(reading, source, unpackingOf(options));
      return html.readHtmlTable(text, options, source.name);
    },
  },
  Parquet: {
    options: parquetOptions,
    async read(reading, source, options) {
      const { name } = source;
      const file = await slicedFile(reading, source, options);
      return readParquet(reading, { name, ...file }, options);
    },
    readRemote: readParquet,
  },
  Excel: {
    options: ["sheet", "header", "skip"],
    async read(reading, source, options) {
      const excel = await libraryOf(reading, "excel");
      return excel.readExcel(source.blob, options, toldOf(reading, source));
    },
  },
  Sqlite: {
    options: ["query", "entry"],
    async read(reading, source, options) {
      const sqlite = await libraryOf(reading, "sqlite");
      const file = await unpackedFile(reading, source, unpackingOf(options));
      return sqlite.readSqlite(
        new Uint8Array(await file.arrayBuffer()),
        options.query,
        source.name,
      );
    },
  },
};

/** How to read a file in batches of rows while it comes in. */
export interface StreamFormat {
  options: readonly string[];
  open(
    reading: Reading,
    source: Source,
    options: Options,
  ): Promise<AsyncIterable<object[]>>;
  /** The same for a load, where no objects need be made for it. */
  openGroups?(
    reading: Reading,
    source: Source,
    options: Options,
  ): Promise<AsyncIterable<RowGroup | Restart>>;
}

/** The formats that have a `streamX`. */
export const streamFormats: Readonly<Record<string, StreamFormat>> = {
  Csv: {
    options: [...csvOptionNames, "entry"],
    async open(reading, source, options) {
      const { csv, text, checked, told } = await openCsv(
        reading,
        source,
        options,
      );
      return csv.streamCsv(text, checked, told);
    },
    async openGroups(reading, source, options) {
      const { csv, text, checked, told } = await openCsv(
        reading,
        source,
        options,
      );
      if (!source.blob) return csv.streamCsvColumnsOnce(text, checked, told);
      const unpacking = unpackingOf(options);
      const { entry, encoding = "utf-8" } = unpacking;
      const file = {
        isUtf8: encoding === "utf-8",
        bytes: () => unpack(reading, source, entry),
        text: () => unpackedText(reading, source, unpacking),
      };
      return csv.encodeCsv(file, checked, told);
    },
  },
  Ndjson: {
    options: lineOptions,
    async open(reading, source, options) {
      const json = await libraryOf(reading, "json");
      const text = unpackedText(reading, source, unpackingOf(options));
      return json.streamNdjson(text, options, toldOf(reading, source));
    },
  },
  Json: {
    options: ["path", ...textOptions],
    async open(reading, source, options) {
      const json = await libraryOf(reading, "json");
      const text = unpackedText(reading, source, unpackingOf(options));
      return json.streamJson(text, options, toldOf(reading, source));
    },
  },
  Parquet: {
    options: parquetOptions,
    async open(reading, source, options) {
      const parquet = await libraryOf(reading, "parquet");
      return parquet.streamParquet(
        await wholeFile(reading, source, options),
        options,
        parquetSource(reading, source),
      );
    },
    async openGroups(reading, source, options) {
      const parquet = await libraryOf(reading, "parquet");
      return parquet.encodeParquet(
        await wholeFile(reading, source, options),
        options,
        parquetSource(reading, source),
      );
    },
  },
};

function libraryOf<Name extends FormatLibrary>(
  { current, job }: Reading,
  name: Name,
): Promise<FormatLibraries[Name]> {
  return current.formats.use(job, name);
}

async function readParquet(
  reading: Reading,
  file: SlicedFile & { name: string },
  options: Options,
) {
  const parquet = await libraryOf(reading, "parquet");
  const { rows, ...columns } = await parquet.readParquet(
    file,
    options,
    parquetSource(reading, file),
  );
  sourceColumns.set(rows, columns);
  return rows;
}

/** The file of a stream, which must not be on its way. */
async function wholeFile(reading: Reading, source: Source, options: Options) {
  const { name, blob } = source;
  if (blob) return slicedFile(reading, { ...source, blob }, options);
  throw new FlowError(
    "invalid-argument",
    `${name} is Parquet, which is read from its end, so it has to be there as a whole: await response.blob().`,
  );
}

/** A file as the library of Parquet reads it. */
async function slicedFile(
  reading: Reading,
  source: FileSource,
  options: Options,
) {
  const file = await unpackedFile(reading, source, unpackingOf(options));
  return {
    byteLength: file.size,
    slice: (start: number, end?: number) =>
      file.slice(start, end).arrayBuffer(),
  };
}

/** What the library of Parquet may need besides a file. */
function parquetSource(reading: Reading, source: { name: string }) {
  return {
    ...toldOf(reading, source),
    loadCompressors: async () =>
      (await libraryOf(reading, "parquetCompressors")).compressors,
  };
}

async function openCsv(reading: Reading, source: Source, options: Options) {
  const csv = await libraryOf(reading, "csv");
  const checked = csv.readCsvOptions(options);
  const text = unpackedText(reading, source, unpackingOf(options));
  return { csv, checked, text, told: toldOf(reading, source) };
}

/** A source as the libraries of formats know it. */
function toldOf(
  { job }: Reading,
  { name, type }: Pick<Source, "name" | "type">,
) {
  const warn = (message: string) => job.log("warning", [message]);
  return { name, type, warn };
}

function unpackingOf(options: Options) {
  return {
    entry: textOption(options, "entry"),
    encoding: encodingOption(options),
  };
}

function parseJson(
  text: string,
  source: string,
  parse: (text: string) => unknown,
): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new Error(
      `${source} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}. It starts with ${showValue(text.slice(0, 50))}.`,
      { cause },
    );
  }
}
