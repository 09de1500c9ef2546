import { type Current, jobOutside } from "./current.ts";
import type { Callable } from "./definition.ts";
import { fileFormats } from "./fileFormats.ts";
import { openRequests, request, requestOptions } from "./network.ts";
import { type Options, toOptions } from "./readerOptions.ts";
import { blobSource, openFile } from "./sources.ts";
import { defineLibraryTask } from "./libraryTask.ts";

/** The tasks that read attachments and fetch from the network: `readX` and `fetchX` for each format X. */
export function makeReaders(current: Current): Record<string, Callable> {
  const readers: Record<string, Callable> = {};
  for (const [suffix, format] of Object.entries(fileFormats)) {
    const define = (
      reader: string,
      inputs: readonly string[],
      fn: Callable,
    ) => {
      readers[reader] = defineLibraryTask(current, reader, inputs, fn);
    };
    const { options: names, read, readRemote } = format;
    // A table or a query is what everybody wants of an SQLite file.
    const readOptions = (
      given: unknown,
      reader: string,
      known: readonly string[],
    ) =>
      toOptions(
        suffix === "Sqlite" && typeof given !== "object"
          ? { query: given }
          : given,
        reader,
        known,
      );
    const [readName, fetchName] = [`read${suffix}`, `fetch${suffix}`];
    define(readName, ["name", "options"], async (name, given) => {
      const options = readOptions(given, readName, names);
      const job = jobOutside(current, "Reading an attachment");
      const file = await openFile(job, name, `${fetchName}(...)`);
      return read({ current, job }, file, options);
    });
    define(fetchName, ["url", "options"], async (url, given) => {
      const options = readOptions(given, fetchName, [
        ...requestOptions,
        ...names,
      ]);
      const job = jobOutside(current, "The network");
      const sent = pick(options, requestOptions);
      // A file in an archive cannot be read before the archive is there, and what is made for a request not part by part.
      if (readRemote && options.entry === undefined && isPlainGet(options)) {
        const opened = await openRequests(current, url);
        const { requests, requesting, address } = opened;
        const file = await requests.openRemote(requesting, address, sent);
        return readRemote({ current, job }, file, options);
      }
      const {
        value: blob,
        source,
        response,
      } = await request(current, url, sent, (answer) => answer.blob());
      const type = response.headers.get("content-type") ?? "";
      const charset = names.includes("encoding") ? charsetOf(type) : undefined;
      const encodings =
        charset && (await current.formats.use(job, "encodings"));
      const encoding =
        encodings && (await encodings.believedEncoding(charset, blob));
      return read(
        { current, job },
        { ...blobSource(`The answer to ${source}`, blob), type },
        encoding === undefined ? options : { encoding, ...options },
      );
    });
  }
  return readers;
}

/** The encoding that a server names, if it is not UTF-8. */
function charsetOf(type: string): string | undefined {
  return /;\s*charset=["']?(?!utf-8)([^"';\s]+)/i.exec(type)?.[1];
}

function isPlainGet({ method = "GET", body }: Options): boolean {
  return body === undefined && String(method).toUpperCase() === "GET";
}

function pick(options: Options, names: readonly string[]): Options {
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => names.includes(name)),
  );
}
