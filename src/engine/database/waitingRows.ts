import { FlowError } from "../../core/errors.ts";
import { checkBatch, type CheckedBatch } from "../records/checkRecords.ts";
import type { Shelf } from "./shelf.ts";

/** What is known of a batch without its rows. */
export type BatchSummary = Omit<CheckedBatch, "records" | "starts">;

/** How many bytes of rows wait in memory, and how many are inserted together. */
export interface WaitingLimits {
  held: number;
  part: number;
}

interface Waiting {
  summary: BatchSummary;
  /** The rows that are in memory, or where they are on the shelf; both undefined when they were taken. */
  rows: CheckedBatch | undefined;
  place: object | undefined;
}

/**
 * Rows of a load that wait until all are there: the first in memory, those that are more than fit there on a shelf. When they
 * are taken they are let go part by part, so that together with the table that they go into they take no more than the table.
 */
export class WaitingRows {
  readonly #shelf: Shelf | undefined;
  readonly #limits: WaitingLimits;
  readonly #waiting: Waiting[] = [];
  #ofColumns: BatchSummary | undefined;
  #rows = 0;
  #bytes = 0;
  #held = 0;

  constructor(
    shelf?: Shelf,
    limits: WaitingLimits = { held: 32_000_000, part: 8_000_000 },
  ) {
    this.#shelf = shelf;
    this.#limits = limits;
  }

  static of(batches: readonly CheckedBatch[]): WaitingRows {
    const waiting = new WaitingRows();
    for (const batch of batches) waiting.add(batch);
    return waiting;
  }

  get rows(): number {
    return this.#rows;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** How many bytes of them are in memory. */
  get held(): number {
    return this.#held;
  }

  /** What is known of each batch, in their order; of no rows, what is known of their columns. */
  get summaries(): readonly BatchSummary[] {
    if (this.#rows === 0 && this.#ofColumns) return [this.#ofColumns];
    return this.#waiting.map(({ summary }) => summary);
  }

  add(batch: CheckedBatch): void {
    const { columns, rows, first, kinds, fewest, records } = batch;
    const summary = { columns, rows, first, kinds, fewest };
    if (rows === 0) {
      if (columns.length > 0) this.#ofColumns = summary;
      return;
    }
    this.#rows += rows;
    this.#bytes += records.length;
    const mustGo = this.#held + records.length > this.#limits.held;
    const shelf = this.#shelf;
    if (shelf && mustGo)
      this.#waiting.push({
        summary,
        rows: undefined,
        place: orTold(() => shelf.keep(records)),
      });
    else {
      this.#held += records.length;
      this.#waiting.push({ summary, rows: batch, place: undefined });
    }
  }

  /** The batches in their order. */
  *read(): Generator<CheckedBatch> {
    for (const waiting of this.#waiting) yield this.#fetch(waiting);
  }

  /** The same for the last time, in parts that are let go as soon as the next is asked for. */
  *take(): Generator<readonly CheckedBatch[]> {
    let part: CheckedBatch[] = [];
    let bytes = 0;
    for (const waiting of this.#waiting) {
      const batch = this.#fetch(waiting);
      const { length } = batch.records;
      if (part.length > 0 && bytes + length > this.#limits.part) {
        yield part;
        part = [];
        bytes = 0;
      }
      if (waiting.rows === batch) this.#held -= length;
      waiting.rows = waiting.place = undefined;
      part.push(batch);
      bytes += length;
    }
    if (part.length > 0) yield part;
  }

  #fetch({ summary, rows, place }: Waiting): CheckedBatch {
    if (rows) return rows;
    if (!place) throw new Error("These rows were taken already.");
    const records = orTold(() => this.#shelf!.read(place));
    const batch = checkBatch({ ...summary, records });
    if (typeof batch === "string") throw new Error(batch);
    return batch;
  }
}

function orTold<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new FlowError(
      "storage-failed",
      "There was no room to keep all rows until they were inserted: the disk may be full. Nothing was loaded. Load fewer rows at once.",
      { cause },
    );
  }
}
