import type { SqlValue } from "../protocol.ts";
import { openRows, parseQuery, queryError, type OpenRows } from "./execute.ts";
import { bindParameters, type BoundStatement } from "./parameters.ts";
import type { Connection } from "./sqlite.ts";
import type { SqlStatement } from "./statements.ts";

/** How often the clock is read: it takes as long as a few rows. */
const rowsPerLook = 64;

/** A query whose rows are read a piece at a time. The connection must refuse writes, and nothing may write meanwhile. */
export class QueryCursor {
  readonly #connection: Connection;
  readonly #sql: string;
  readonly #statement: SqlStatement;
  readonly #bound: BoundStatement;
  #open: OpenRows | undefined;
  readonly columns: readonly string[];

  constructor(connection: Connection, sql: string) {
    this.#connection = connection;
    this.#sql = sql;
    this.#statement = parseQuery(sql);
    this.#bound = bindParameters(sql, this.#statement, []);
    this.#open = this.#try(() =>
      openRows(connection, this.#statement, this.#bound),
    );
    this.columns = this.#open.columns;
  }

  get isDone(): boolean {
    return this.#open === undefined;
  }

  /** The next rows, as many as there are until this time of `performance.now()`. */
  read(until: number): Record<string, SqlValue>[] {
    const rows: Record<string, SqlValue>[] = [];
    while (this.#open) {
      const row = this.#try(() => this.#open!.next());
      if (row) rows.push(row);
      else this.close();
      if (rows.length % rowsPerLook === 0 && performance.now() >= until) break;
    }
    return rows;
  }

  close(): void {
    this.#open?.close();
    this.#open = undefined;
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (thrown) {
      this.close();
      throw queryError(thrown, this.#statement, {
        ...this.#bound,
        whole: this.#sql,
        connection: this.#connection,
      });
    }
  }
}
