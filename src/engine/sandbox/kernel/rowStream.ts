import { adoptError } from "./formats.ts";

type Batches = AsyncGenerator<object[], void, undefined>;

/** Rows on their way: one by one, or as many at a time as are read together. */
export class RowStream {
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
