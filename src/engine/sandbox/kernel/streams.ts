import { type Current, jobOutside } from "./current.ts";
import { streamFormats } from "./fileFormats.ts";
import { adoptError } from "./formats.ts";
import { checkNames, toOptions } from "./readerOptions.ts";
import { openStream } from "./sources.ts";

/** `streamCsv` and its like: rows as they are read, for files that are larger than memory. */
export function makeStreams(current: Current): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(streamFormats).map(([name, format]) => {
      const reader = `stream${name}`;
      return [
        reader,
        (source: unknown, given?: unknown) => {
          const job = jobOutside(current, reader);
          const options = toOptions(given);
          checkNames(options, reader, format.options);
          return new RowStream(async function* () {
            const opened = await openStream(job, source);
            yield* await format.open({ current, job }, opened, options);
          }, job);
        },
      ];
    }),
  );
}

type Batches = AsyncGenerator<object[], void, undefined>;

/** Rows on their way: one by one, or as many at a time as are read together. */
class RowStream {
  #open: () => Batches;
  #job: { guard<T>(promise: Promise<T>): Promise<T> };

  constructor(
    open: () => Batches,
    job: { guard<T>(promise: Promise<T>): Promise<T> },
  ) {
    this.#open = open;
    this.#job = job;
  }

  async *batches(): AsyncGenerator<object[]> {
    const batches = this.#open();
    try {
      for (;;) {
        const { value, done } = await this.#job.guard(batches.next());
        if (done) return;
        yield value;
      }
    } catch (thrown) {
      throw adoptError(thrown);
    } finally {
      void batches.return();
    }
  }

  [Symbol.asyncIterator](): AsyncIterator<object> {
    const batches = this.batches();
    let batch: readonly object[] = [];
    let at = 0;
    return {
      // Not a generator: rows that are there already should cost no turn of their own.
      next: () =>
        at < batch.length
          ? Promise.resolve({ done: false, value: batch[at++]! })
          : advance(),
      async return() {
        await batches.return(undefined);
        return { done: true, value: undefined };
      },
    };
    async function advance(): Promise<IteratorResult<object>> {
      for (;;) {
        const { value, done } = await batches.next();
        if (done) return { done: true, value: undefined };
        batch = value;
        at = 0;
        if (batch.length > 0) return { done: false, value: batch[at++]! };
      }
    }
  }
}
