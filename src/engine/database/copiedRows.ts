/** The rows of a query put into another database one by one, which can be left off after each. */
import { quoteName } from "../../core/sqliteRules.ts";
import { parseQuery, prepare, queryError } from "./execute.ts";
import { bindParameters } from "./parameters.ts";
import type { Connection, RawValue, Statement } from "./sqlite.ts";

/** How often the clock is read. */
const rowsPerLook = 64;

/** How a value is bound that would have another type, or other digits, if it were bound as it is. */
const asInteger = 1;
const asReal = 2;

export class CopiedRows {
  readonly #read: Statement;
  readonly #plain: Statement;
  readonly #typed: Statement;
  readonly #failed: (thrown: unknown) => Error;
  isDone = false;

  /** The query must give the columns that are listed; of the table, in `other`, they may be some. */
  constructor(
    connection: Connection,
    sql: string,
    other: Connection,
    table: string,
    columns: readonly string[],
  ) {
    const statement = parseQuery(sql);
    const bound = bindParameters(sql, statement, []);
    this.#failed = (thrown) =>
      queryError(thrown, statement, { ...bound, whole: sql, connection });
    const into = `INSERT INTO ${quoteName(table)} (${columns.map(quoteName).join(", ")}) VALUES`;
    const plain = columns.map((_, at) => `?${at + 1}`);
    const typed = plain.map((value, at) => {
      const kind = `?${columns.length + at + 1}`;
      return `CASE ${kind} WHEN ${asInteger} THEN CAST(${value} AS INTEGER) WHEN ${asReal} THEN CAST(${value} AS REAL) ELSE ${value} END`;
    });
    this.#plain = other.prepare(`${into} (${plain.join(", ")})`);
    this.#typed = other.prepare(`${into} (${typed.join(", ")})`);
    this.#read = prepare(connection, statement, bound);
  }

  /** Copies the next rows, as many as there are until this time of `performance.now()`; gives how many. */
  copy(until: number): number {
    let count = 0;
    while (!this.isDone) {
      if (this.#step()) {
        this.#put(this.#read.get(null, { useBigInt: true }));
        count += 1;
      } else this.isDone = true;
      if (count % rowsPerLook === 0 && performance.now() >= until) break;
    }
    return count;
  }

  #step(): boolean {
    try {
      return this.#read.step();
    } catch (thrown) {
      throw this.#failed(thrown);
    }
  }

  #put(values: readonly RawValue[]): void {
    const kinds = values.map(kindOf);
    // As bigints are bound as text, small ones are numbers.
    const bound = values.map((value, at) =>
      typeof value === "bigint" && kinds[at] === null ? Number(value) : value,
    );
    if (kinds.every((kind) => kind === null)) this.#plain.run(bound);
    else this.#typed.run([...bound, ...kinds]);
  }

  close(): void {
    for (const statement of [this.#read, this.#plain, this.#typed])
      statement.free();
  }
}

/** sql.js binds whole numbers of 32 bits as integers, all others as REAL; here integers are bigints. */
function kindOf(value: RawValue): number | null {
  if (typeof value === "bigint")
    return BigInt.asIntN(32, value) === value ? null : asInteger;
  return Number.isInteger(value) ? asReal : null;
}
