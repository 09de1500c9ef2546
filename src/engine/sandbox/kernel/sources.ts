import { FlowError } from "../../../core/errors.ts";
import { showValue } from "../../../core/words.ts";
import type { Current } from "./current.ts";
import type { OddText } from "./formats/doubtfulText.ts";
import {
  decodePieces,
  isGzip,
  isZip,
  joinPieces,
  readSlices,
} from "./formats/slices.ts";
import type { Job } from "./job.ts";

/** Something to read: a file, or what is still on its way from the network. */
export interface Source {
  /** What messages call it. */
  name: string;
  /** What a server says that it is. */
  type?: string | undefined;
  /** All of it, if it is there; any part of it can be read. */
  blob: Blob | undefined;
  /** Its bytes as they are, once. */
  pieces(): AsyncIterable<Uint8Array>;
  /** Whether it was told that its text is no UTF-8. */
  isDoubtful?: boolean;
}

/** A source that is there as a whole. */
export type FileSource = Source & { blob: Blob };

export function blobSource(name: string, blob: Blob): FileSource {
  return { name, blob, pieces: () => readSlices(blob) };
}

/** What a reader was given: the name of an attachment, or the bytes themselves. `remote` is how an address is read instead. */
export async function openFile(
  job: Job,
  given: unknown,
  remote: string,
): Promise<FileSource> {
  if (given instanceof URL) given = given.href;
  if (typeof given === "string" && given !== "")
    return blobSource(given, await readNamed(job, given, remote));
  if (given instanceof Blob)
    return blobSource(given instanceof File ? given.name : "the Blob", given);
  if (given instanceof ArrayBuffer || ArrayBuffer.isView(given))
    return blobSource("the bytes", new Blob([given as BlobPart]));
  if (given instanceof Response || given instanceof ReadableStream)
    throw new FlowError(
      "invalid-argument",
      "Only streamCsv and its like read an answer while it comes in. Here hand on what it holds: await response.blob().",
    );
  throw new FlowError(
    "invalid-argument",
    `An attachment is read by its name, such as "airlines.csv", or as the bytes that it holds, not ${showValue(given)}.`,
  );
}

/** The engine takes no longer name. */
const longestName = 1000;

async function readNamed(
  job: Job,
  name: string,
  remote: string,
): Promise<Blob> {
  if (name.length > longestName) throw isText(name);
  try {
    return await job.readFile(name);
  } catch (thrown) {
    const isMissing =
      thrown instanceof FlowError && thrown.code === "missing-attachment";
    if (isMissing && /^(?:https?|data|blob):/i.test(name))
      throw noName(name, `Fetch it: ${remote}`);
    // What several lines, or a JSON or HTML text, would be called is no mistake in a name.
    throw isMissing && /[\r\n]|^\s*[[{<]/.test(name) ? isText(name) : thrown;
  }
}

/** What to do about a text that is given for the name of an attachment. */
function noName(given: string, advice: string): FlowError {
  return new FlowError(
    "invalid-argument",
    `${showValue(given)} is no name of an attachment. ${advice}.`,
  );
}

function isText(given: string): FlowError {
  return noName(
    given,
    "To read a text itself, make it a file: new Blob([text])",
  );
}

/** What a stream is read from: what readers take, or an answer whose body is still on its way. */
export async function openStream(
  { current, job }: Worker,
  given: unknown,
  reader: string,
): Promise<Source> {
  return given instanceof Response || given instanceof ReadableStream
    ? (await current.formats.use(job, "requests")).openAnswer(given)
    : openFile(job, given, `${reader}(await fetch(...))`);
}

/** The bytes of a source, unpacked if they are packed; `entry` says which file of an archive. */
export async function* unpack(
  { current, job }: Worker,
  source: Source,
  entry: string | undefined,
): AsyncGenerator<Uint8Array> {
  const { name, blob } = source;
  const pieces = withFirst(source.pieces());
  const first = await pieces.first;
  if (first && isZip(first)) {
    if (!blob)
      throw new FlowError(
        "invalid-argument",
        `${name} is a ZIP file, which is read from its end, so it has to be there as a whole: await response.blob().`,
      );
    yield* (await current.formats.use(job, "archives")).unzip(
      blob,
      name,
      entry,
    );
    return;
  }
  if (entry !== undefined)
    throw new FlowError(
      "invalid-option",
      `${name} is no ZIP file, so there is no ${JSON.stringify(entry)} in it. Leave out the option entry.`,
    );
  if (first && isGzip(first))
    yield* (await current.formats.use(job, "archives")).gunzip(
      pieces.all(),
      name,
    );
  else yield* pieces.all();
}

/** Bytes whose beginning can be looked at before they are read. */
function withFirst(pieces: AsyncIterable<Uint8Array>): {
  first: Promise<Uint8Array | undefined>;
  all(): AsyncIterable<Uint8Array>;
} {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = iterator
    .next()
    .then(({ value, done }) => (done ? undefined : (value as Uint8Array)));
  return {
    first,
    async *all() {
      try {
        const piece = await first;
        if (!piece) return;
        yield piece;
        for (;;) {
          const { value, done } = await iterator.next();
          if (done) return;
          yield value;
        }
      } finally {
        // Whoever wants no more has the download end.
        await iterator.return?.();
      }
    },
  };
}

/** For whom a source is read. */
interface Worker {
  current: Current;
  job: Job;
}

/** How to get at what a source holds. */
export interface Unpacking {
  entry?: string | undefined;
  encoding?: string | undefined;
}

/** The text of a source; that it is no UTF-8, and what it was taken for, is told. */
export function unpackedText(
  worker: Worker,
  source: Source,
  { entry, encoding }: Unpacking,
): AsyncGenerator<string> {
  return decodePieces(unpack(worker, source, entry), encoding, (odd) => {
    if (source.isDoubtful) return;
    source.isDoubtful = true;
    worker.job.log("warning", [`${source.name} ${oddTexts[odd]}`]);
  });
}

const oddTexts: Readonly<Record<OddText, string>> = {
  "windows-1252":
    'is not UTF-8, and is read as windows-1252. If letters are wrong, save it as UTF-8, or name its encoding: { encoding: "iso-8859-2" }.',
  damaged:
    'is UTF-8 with damaged letters, which are \uFFFD now. Save it again as UTF-8, or name its encoding: { encoding: "windows-1252" }.',
};

export async function wholeText(
  worker: Worker,
  source: Source,
  unpacking: Unpacking,
): Promise<string> {
  const texts: string[] = [];
  for await (const text of unpackedText(worker, source, unpacking))
    texts.push(text);
  return texts.join("");
}

/** A file that can be read in any order: the source itself, unless it is packed. */
export async function unpackedFile(
  worker: Worker,
  { name, blob }: FileSource,
  { entry }: Unpacking,
): Promise<Blob> {
  const first = new Uint8Array(await blob.slice(0, 4).arrayBuffer());
  if (entry === undefined && !isGzip(first) && !isZip(first)) return blob;
  return new Blob([
    await joinPieces(unpack(worker, blobSource(name, blob), entry)),
  ]);
}
