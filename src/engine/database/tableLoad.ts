import type { LoadReport, LoadRequest } from "../protocol.ts";
import type { CheckedBatch } from "../records/checkRecords.ts";
import { isWorthSending } from "../records/recordWriter.ts";
import type { Attach } from "./databaseFile.ts";
import { TransactionLost } from "./execute.ts";
import { loadRows } from "./load.ts";
import { StagingTable } from "./stagingTable.ts";
import type { Connection } from "./sqlite.ts";

/**
 * A load that is going on. Into a new table without a key, its rows are inserted while they come (stagingTable.ts); otherwise, and
 * where a column turns out to be of another type than it seemed, they are kept and loaded when all are there.
 */
export class TableLoad {
  readonly request: LoadRequest;
  #waiting: CheckedBatch[] = [];
  #staging: StagingTable | undefined;
  #mayStage: boolean;

  constructor(request: LoadRequest) {
    this.request = request;
    this.#mayStage = request.mode !== "upsert" && request.key.length === 0;
  }

  /** Takes rows; says whether they are to be inserted now. */
  add(batch: CheckedBatch): boolean {
    this.#waiting.push(batch);
    if (!this.#mayStage) return false;
    let rows = 0;
    let bytes = 0;
    for (const each of this.#waiting) {
      rows += each.rows;
      bytes += each.records.length;
    }
    return isWorthSending(rows, bytes);
  }

  /** Inserts the rows that wait, if that can be done before all are there. A transaction must be open. */
  insertWaiting(connection: Connection, attach: Attach | undefined): void {
    if (!this.#mayStage) return;
    if (this.#stage(connection, attach)) this.#waiting = [];
    else {
      this.#mayStage = false;
      this.#unstage();
    }
  }

  /** Ends the load: all its rows are in the table, or none. */
  finish(connection: Connection, attach: Attach | undefined): LoadReport {
    const { request } = this;
    if (this.#staging) {
      if (this.#stage(connection, attach)) this.#waiting = [];
      const { rows } = this.#staging;
      if (this.#waiting.length === 0 && this.#isPlaced(request))
        return { table: request.table, rows, inserted: rows, updated: 0 };
      this.#unstage();
    }
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
    this.#waiting = [];
  }

  #stage(connection: Connection, attach: Attach | undefined): boolean {
    if (!attach) return false;
    return succeeds(() => {
      this.#staging ??= StagingTable.make(
        connection,
        this.request,
        this.#waiting,
        attach,
      );
      return this.#staging?.add(this.#waiting) ?? false;
    });
  }

  #isPlaced(request: LoadRequest): boolean {
    return succeeds(() => this.#staging!.takePlace(request));
  }

  /** Puts the rows that were inserted before those that wait. */
  #unstage(): void {
    if (!this.#staging) return;
    const before = [...this.#staging.read()];
    this.#staging.drop();
    this.#staging = undefined;
    this.#waiting = [...before, ...this.#waiting];
  }
}

/** What is wrong with the rows or the table is told by whoever loads them all at once. */
function succeeds(work: () => boolean): boolean {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof TransactionLost) throw thrown;
    return false;
  }
}
