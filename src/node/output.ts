/** What a process writes for people and programs, also where it cannot be written. */

/** A stream of output, and what became of it. */
interface Watched {
  name: string;
  stream: NodeJS.WritableStream;
  isWritten: boolean;
  error: Error | undefined;
}

/** Standard output and standard error, which end no work that goes on: a full disk under a log is told when that is over. */
export class Output {
  readonly #out: Watched;
  readonly #error: Watched;

  constructor(out: NodeJS.WritableStream, error: NodeJS.WritableStream) {
    this.#out = watch("Standard output", out);
    this.#error = watch("Standard error", error);
  }

  /** Whether something was written to standard output. */
  get hasOut(): boolean {
    return this.#out.isWritten;
  }

  /** Says in a line what could not be written, where that can be said. True if there was something. */
  tellLost(): boolean {
    for (const one of [this.#out, this.#error]) {
      if (!one.error) continue;
      const other = one === this.#out ? this.#error : this.#out;
      // Whoever reads what is there already, as JSON, would stumble over the line.
      const isTaken = other === this.#out && other.isWritten;
      if (!other.error && !isTaken)
        other.stream.write(
          `${one.name} could not be written as a whole: ${one.error.message}. Make room for it, or send it elsewhere.\n`,
        );
      return true;
    }
    return false;
  }
}

function watch(name: string, stream: NodeJS.WritableStream): Watched {
  const watched: Watched = {
    name,
    stream,
    isWritten: false,
    error: undefined,
  };
  const take = (error: Error & { code?: string }) => {
    // Who reads no further, as head does, wants no more.
    if (error.code !== "EPIPE") watched.error ??= error;
  };
  stream.on("error", take);
  const write = stream.write.bind(stream) as (...given: unknown[]) => boolean;
  // Some versions of Node throw where a file is written.
  stream.write = (...given: unknown[]) => {
    watched.isWritten = true;
    try {
      return write(...given);
    } catch (thrown) {
      take(thrown as Error);
      return true;
    }
  };
  return watched;
}
