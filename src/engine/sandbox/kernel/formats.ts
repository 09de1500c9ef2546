import { FlowError, type ErrorCode } from "../../../core/errors.ts";
import type { FormatLibrary } from "../../protocol.ts";
import type { Job } from "./job.ts";
import type { Platform } from "./platform.ts";

/** What the libraries of formats, and of other things that few tasks need, export. */
export interface FormatLibraries {
  archives: typeof import("./formats/archives.ts");
  csv: typeof import("./formats/csv.ts");
  encodings: typeof import("./formats/encodings.ts");
  json: typeof import("./formats/json.ts");
  loading: typeof import("./formats/loading.ts");
  html: typeof import("./formats/html.ts");
  parquet: typeof import("./formats/parquet.ts");
  parquetCompressors: typeof import("./formats/parquetCompressors.ts");
  jsonPath: typeof import("./formats/jsonPath.ts");
  textWriter: typeof import("./formats/textWriter.ts");
  parquetWriter: typeof import("./formats/parquetWriter.ts");
  excel: typeof import("./formats/excel.ts");
  excelWriter: typeof import("./formats/excelWriter.ts");
  sqlite: typeof import("./formats/sqlite.ts");
  requests: typeof import("./formats/requests.ts");
  rowChecks: typeof import("./formats/rowChecks.ts");
  tableCopies: typeof import("./formats/tableCopies.ts");
}

/** A library that needs machine code is given it before its first use. */
interface Beginning {
  begin?(wasm: ArrayBuffer): Promise<void>;
}

/**
 * The libraries that read and write files, each asked for when a task first needs it and kept for the worker's later jobs:
 * most tasks read no file, and no task reads all formats.
 */
export class Formats {
  #platform: Platform;
  #loaded = new Map<string, object>();
  #loading = new Map<string, { job: Job; library: Promise<object> }>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Called by the script of a library. */
  readonly register = (name: string, library: object): void => {
    this.#loaded.set(name, library);
  };

  /** A library, loaded if it is not there yet. What it throws arrives as errors of ours, not as those of its own copy of our classes. */
  async use<Name extends FormatLibrary>(
    job: Job,
    name: Name,
  ): Promise<FormatLibraries[Name]> {
    const loaded = this.#loaded.get(name);
    if (loaded) return loaded as FormatLibraries[Name];
    let loading = this.#loading.get(name);
    // A job that is over never gets an answer.
    if (loading?.job !== job) {
      loading = { job, library: this.#load(job, name) };
      this.#loading.set(name, loading);
    }
    return (await loading.library) as FormatLibraries[Name];
  }

  async #load(job: Job, name: FormatLibrary): Promise<object> {
    const { script, wasm } = await job.loadLibrary(name);
    this.#platform.runScript(script);
    const library = this.#loaded.get(name);
    if (!library) throw new Error(`The library ${name} did not start.`);
    if (wasm) await (library as Beginning).begin?.(wasm);
    return library;
  }
}

/** An error of ours again, if that is what another script's copy of our class has made. */
export function adoptError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof FlowError) return thrown;
  const { name, code, message } = thrown as Error & { code?: ErrorCode };
  return name === "FlowError" && code
    ? new FlowError(code, message, { cause: thrown })
    : thrown;
}
