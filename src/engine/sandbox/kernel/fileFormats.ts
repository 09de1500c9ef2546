import { showValue } from "../../../core/words.ts";
import type { Current } from "./current.ts";
import { csvOptionNames } from "./formats/csvOptionNames.ts";
import { encodingOption, type Options, textOption } from "./readerOptions.ts";
import type { Job } from "./job.ts";
import {
  type FileSource,
  type Source,
  unpackedText,
  wholeText,
} from "./sources.ts";

/** For whom a file is read. */
export interface Reading {
  current: Current;
  job: Job;
}

/** How to read a file in a format. */
export interface FileFormat {
  options: readonly string[];
  read(
    reading: Reading,
    source: FileSource,
    options: Options,
  ): Promise<unknown>;
}

/** The formats by the last part of the names of their readers: `Csv` is what readCsv and fetchCsv read. */
export const fileFormats: Readonly<Record<string, FileFormat>> = {
  Text: {
    options: ["encoding", "entry"],
    read: (reading, source, options) =>
      wholeText(reading, source, unpackingOf(options)),
  },
  Bytes: {
    options: [],
    read: async (_, { blob }) => new Uint8Array(await blob.arrayBuffer()),
  },
  Json: {
    options: ["entry"],
    read: async (reading, source, options) =>
      parseJson(
        await wholeText(reading, source, unpackingOf(options)),
        source.name,
      ),
  },
  Csv: {
    options: [...csvOptionNames, "entry"],
    async read(reading, source, options) {
      const { csv, text, checked, told } = await openCsv(
        reading,
        source,
        options,
      );
      return csv.readCsv(text, checked, told);
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
  },
};

async function openCsv(reading: Reading, source: Source, options: Options) {
  const csv = await reading.current.formats.use(reading.job, "csv");
  const checked = csv.readCsvOptions(options);
  const text = unpackedText(reading, source, unpackingOf(options));
  return { csv, checked, text, told: toldOf(reading, source) };
}

/** A source as the libraries of formats know it. */
function toldOf({ job }: Reading, { name }: Source) {
  return { name, warn: (message: string) => job.log("warning", [message]) };
}

function unpackingOf(options: Options) {
  return {
    entry: textOption(options, "entry"),
    encoding: encodingOption(options),
  };
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new Error(
      `${source} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}. It starts with ${showValue(text.slice(0, 50))}.`,
      { cause },
    );
  }
}
