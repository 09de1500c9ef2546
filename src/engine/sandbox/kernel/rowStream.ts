import { adoptError } from "./formats.ts";

/** Rows that were read together, as columns. */
export interface ColumnGroup {
  names: readonly string[];
  values: readonly ArrayLike<unknown>[];
  rows: number;
}

/** All that came so far comes again, otherwise: it does not count. */
export type Restart = "restart";

type Batches<T> = AsyncGenerator<T, void, undefined>;

/** What a stream is made of. */
interface Opening {
  rows(): Batches<object[]>;
  /** The same as columns, where it is read as such. */
  columns?: (() => Batches<ColumnGroup | Restart>) | undefined;
}

/** Rows on their way: one by one, or as many at a time as are read together. */
export class RowStream {
  #opening: Opening;
  #job: { guard<T>(promise: Promise<T>): Promise<T> };

  constructor(
    opening: Opening,
    job: { guard<T>(promise: Promise<T>): Promise<T> },
  ) {
    this.#opening = opening;
    this.#job = job;
  }

  batches(): AsyncGenerator<object[]> {
    return this.#guard(this.#opening.rows());
  }

  /** The rows as columns, for one that needs no objects of them; undefined where they are not read as such. */
  groups(): AsyncGenerator<ColumnGroup | Restart> | undefined {
    const { columns } = this.#opening;
    return columns && this.#guard(columns());
  }

  async *#guard<T>(batches: Batches<T>): AsyncGenerator<T> {
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
