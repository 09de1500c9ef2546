import type { SqlType } from "../../protocol.ts";
import type { RecordWriter } from "../../records/recordWriter.ts";
import { adoptError } from "./formats.ts";

/** The types that a source says its columns have, which rows alone may not show: `1` and `2` may be of a column of fractions. */
export type DeclaredTypes = Readonly<Record<string, SqlType>>;

/** Rows that were read together, as columns. */
export interface ColumnGroup {
  names: readonly string[];
  types?: DeclaredTypes | undefined;
  values: readonly ArrayLike<unknown>[];
  rows: number;
}

/** Rows that are written to a batch without being values first. */
export interface RecordSource {
  names: readonly string[];
  types?: DeclaredTypes | undefined;
  /** Adds rows until the writer is full; says whether there are more. */
  addTo(writer: RecordWriter): boolean;
}

/** What rows for a load come as. */
export type RowGroup = ColumnGroup | RecordSource;

/** All that came so far comes again, otherwise: it does not count. */
export type Restart = "restart";

type Batches<T> = AsyncGenerator<T, void, undefined>;

/** What a stream is made of. */
interface Opening {
  rows(): Batches<object[]>;
  /** The same without an object for each, where it can be read so. */
  groups?: (() => Batches<RowGroup | Restart>) | undefined;
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

  /** The rows for one that needs no objects of them; undefined where they are not read so. */
  groups(): AsyncGenerator<RowGroup | Restart> | undefined {
    const { groups } = this.#opening;
    return groups && this.#guard(groups());
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
