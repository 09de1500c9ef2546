import type { LoadReport, LoadRequest } from "../protocol.ts";
import type { CheckedBatch } from "../records/checkRecords.ts";
import { isWorthSending } from "../records/recordWriter.ts";
import type { Attach } from "./databaseFile.ts";
import { succeeds } from "./execute.ts";
import { loadRows } from "./load.ts";
import { StagingTable } from "./stagingTable.ts";
import type { Connection } from "./sqlite.ts";
import type { Shelf } from "./shelf.ts";
import { WaitingRows } from "./waitingRows.ts";

/**
 * A load that is going on. Into a new table without a key, its rows are inserted while they come (stagingTable.ts); otherwise, and
 * where a column turns out to be of another type than it seemed, they wait (waitingRows.ts) until all are there.
 */
export class TableLoad {
  readonly request: LoadRequest;
  #waiting: WaitingRows;
  readonly #makeWaiting: () => WaitingRows;
  #staging: StagingTable | undefined;
  #mayStage: boolean;

  constructor(
    request: LoadRequest,
    makeWaiting: () => WaitingRows = () => new WaitingRows(),
  ) {
    this.request = request;
    this.#makeWaiting = makeWaiting;
    this.#waiting = makeWaiting();
    this.#mayStage = request.mode !== "upsert" && request.key.length === 0;
  }

  /** Takes rows; says whether they are to be inserted now. */
  add(batch: CheckedBatch): boolean {
    this.#waiting.add(batch);
    const { rows, bytes } = this.#waiting;
    return this.#mayStage && isWorthSending(rows, bytes);
  }

  /**
   * Inserts the rows that wait, if that can be done before all are there. A transaction must be open. Gives the batches whose
   * bytes are of no more use.
   */
  insertWaiting(
    connection: Connection,
    attach: Attach | undefined,
  ): readonly CheckedBatch[] {
    if (!this.#mayStage) return [];
    const inserted = this.#stage(connection, attach);
    if (inserted) return this.#staging!.hasCopied ? inserted : [];
    this.#mayStage = false;
    this.#unstage();
    return [];
  }

  /** Ends the load: all its rows are in the table, or none. */
  finish(connection: Connection, attach: Attach | undefined): LoadReport {
    const { request } = this;
    if (this.#staging) {
      this.#stage(connection, attach);
      const { rows } = this.#staging;
      if (this.#waiting.rows === 0 && this.#isPlaced(request))
        return { table: request.table, rows, inserted: rows, updated: 0 };
      this.#unstage();
    }
    attach?.makeRoom?.();
    return loadRows(connection, request, this.#waiting, attach);
  }

  /** Whether there is something to take back. */
  get hasInserted(): boolean {
    return this.#staging !== undefined;
  }

  /** Takes back what was inserted. */
  abort(): void {
    this.#staging?.drop();
    this.#staging = undefined;
    this.#waiting = this.#makeWaiting();
  }

  /**
   * Puts the rows that wait into the table that takes the place of the real one; gives them if it could. What is wrong with the rows
   * or the table is told by whoever loads them all at once.
   */
  #stage(
    connection: Connection,
    attach: Attach | undefined,
  ): readonly CheckedBatch[] | undefined {
    if (!attach) return undefined;
    let batches: readonly CheckedBatch[] = [];
    const isStaged = succeeds(() => {
      batches = [...this.#waiting.read()];
      attach.makeRoom?.();
      this.#staging ??= StagingTable.make(
        connection,
        this.request,
        batches,
        attach,
      );
      return this.#staging?.add(batches) ?? false;
    });
    if (!isStaged) return undefined;
    this.#waiting = this.#makeWaiting();
    return batches;
  }

  #isPlaced(request: LoadRequest): boolean {
    return succeeds(() => this.#staging!.takePlace(request));
  }

  /** Puts the rows that were inserted before those that wait. */
  #unstage(): void {
    if (!this.#staging) return;
    const all = this.#makeWaiting();
    for (const batch of this.#staging.read()) all.add(batch);
    this.#staging.drop();
    this.#staging = undefined;
    for (const batches of this.#waiting.take())
      for (const batch of batches) all.add(batch);
    this.#waiting = all;
  }
}

/** A load that begins; its rows wait on a shelf when they are too many for memory, if there is one. */
export function startLoad(
  request: LoadRequest,
  makeShelf: (() => Shelf) | undefined,
): TableLoad {
  return new TableLoad(request, () => new WaitingRows(makeShelf?.()));
}
